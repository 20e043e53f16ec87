import Domain
import Logging
import Synchronization

/// Calls of one kind to the recommender: each has a deadline and is counted, and none is made while the breaker is open.
final class RecommenderCalls: Sendable {
    private let breaker: Mutex<CircuitBreaker>
    private let deadline: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let record: RecommenderClient.Record
    private let logger: Logger

    init(
        breaker: CircuitBreaker,
        deadline: Duration,
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        record: @escaping RecommenderClient.Record,
        logger: Logger
    ) {
        self.breaker = Mutex(breaker)
        self.deadline = deadline
        self.now = now
        self.record = record
        self.logger = logger
    }

    /// - Parameters:
    ///   - fetch: what the deadline is for.
    ///   - read: what is made of it; may refuse it as malformed.
    /// - Throws: `RecommendationFailure`, or `CancellationError` where whoever asked has gone.
    func run<Fetched: Sendable, Answer>(
        _ call: RecommenderClient.Call,
        fetch: @escaping @Sendable () async throws -> Fetched,
        read: (Fetched) async throws -> Answer
    ) async throws -> Answer {
        let admission = breaker.withLock { $0.admit(now: now()) }
        guard admission != .refuse else {
            record(call, .open)
            throw RecommendationFailure.open
        }
        do {
            let answer = try await read(try await withinDeadline(fetch))
            end(admission, .answered)
            record(call, nil)
            return answer
        } catch {
            guard !Task.isCancelled else {
                end(admission, .abandoned)
                throw CancellationError()
            }
            let failure = error as? RecommendationFailure ?? .malformed
            end(admission, .failed)
            record(call, failure)
            throw failure
        }
    }

    private func end(_ admission: CircuitBreaker.Admission, _ ending: CircuitBreaker.Ending) {
        switch breaker.withLock({ $0.end(admission, ending, now: now()) }) {
        case .opened: logger.warning("The recommender fails and is left alone for a while")
        case .closed: logger.notice("The recommender answers again")
        case nil: break
        }
    }

    /// The client's own deadline ends with the head of an answer; this one holds for its body, too.
    private func withinDeadline<Fetched: Sendable>(
        _ fetch: @escaping @Sendable () async throws -> Fetched
    ) async throws -> Fetched {
        try await withThrowingTaskGroup(of: Fetched.self) { group in
            group.addTask { try await fetch() }
            group.addTask { [deadline] in
                try await Task.sleep(for: deadline)
                throw RecommendationFailure.deadline
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}
