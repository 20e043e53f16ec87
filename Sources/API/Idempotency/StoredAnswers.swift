package import Domain
package import ServerKit
package import Storage

/// `ServerKit`'s idempotency over our database.
package struct StoredAnswers: IdempotencyStore {
    private let store: IdempotencyKeyStore
    private let clock: Domain.Clock

    package init(store: IdempotencyKeyStore, clock: Domain.Clock) {
        self.store = store
        self.clock = clock
    }

    package func begin(owner: String, key: String, requestHash: [UInt8]) async throws -> IdempotencyState {
        switch try await store.begin(owner: owner, key: key, requestHash: requestHash, now: clock.now()) {
        case .started: .started
        case .inProgress: .inProgress
        case .otherRequest: .otherRequest
        case .forgotten: .forgotten
        case .finished(let answer):
            .finished(StoredAnswer(status: answer.status, body: answer.body, location: answer.location))
        }
    }

    package func finish(owner: String, key: String, answer: StoredAnswer) async throws {
        let kept = IdempotencyKeyStore.Answer(status: answer.status, body: answer.body, location: answer.location)
        try await store.finish(owner: owner, key: key, answer: kept)
    }

    package func abandon(owner: String, key: String) async throws {
        try await store.abandon(owner: owner, key: key)
    }
}
