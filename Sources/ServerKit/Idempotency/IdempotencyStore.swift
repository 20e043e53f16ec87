/// Remembers what was answered to a request with an `Idempotency-Key`. Keys belong to an owner (a guardian, or an address
/// where nobody is signed in), so that nobody can see another's answer by guessing a key.
package protocol IdempotencyStore: Sendable {
    /// Says whether this request is new, and if so reserves its key, in one transaction.
    ///
    /// A reservation whose process has died must not lock the key for ever: one older than a minute, well beyond any
    /// deadline of ours, counts as new.
    ///
    /// - Parameter requestHash: SHA-256 of method, path and body.
    func begin(owner: String, key: String, requestHash: [UInt8]) async throws -> IdempotencyState

    /// Keeps the answer under a reserved key.
    func finish(owner: String, key: String, answer: StoredAnswer) async throws

    /// Gives a reserved key back: the request failed on our side and may be repeated.
    func abandon(owner: String, key: String) async throws
}

package enum IdempotencyState: Equatable, Sendable {
    /// The key is new and now reserved: do the work.
    case started
    /// Another request with this key is being worked on.
    case inProgress
    /// The key was used for a request with another method, path or body.
    case otherRequest
    case finished(StoredAnswer)
    /// The request was answered, and what it made has been deleted since: nothing is kept of the answer.
    case forgotten
}

/// What is kept of an answer. Its content type follows from the status.
package struct StoredAnswer: Equatable, Sendable {
    package let status: Int
    package let body: [UInt8]
    /// Where what was created is, if the answer said so.
    package let location: String?

    package init(status: Int, body: [UInt8], location: String? = nil) {
        self.status = status
        self.body = body
        self.location = location
    }

    /// An answer that would be the same if the request came again: success, and refusals for what the request itself is.
    /// The others depend on the moment (who is signed in, the time of day, limits, our own health).
    var isFinal: Bool {
        (200..<300).contains(status) || [400, 404, 410, 422].contains(status)
    }
}
