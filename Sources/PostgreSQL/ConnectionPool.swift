internal import Foundation
internal import NIOPosix
internal import SQL
internal import Synchronization

/// As many threads as connections: whoever has a thread has a connection, and no thread of Swift's own pool ever blocks.
final class ConnectionPool: Sendable {
    private struct State {
        var idle: [Connection] = []
        var isClosed = false
    }

    private let configuration: PostgreSQLDatabase.Configuration
    private let threads: NIOThreadPool
    private let watcher: Watcher
    private let state = Mutex(State())

    init(_ configuration: PostgreSQLDatabase.Configuration, watcher: Watcher) {
        self.configuration = configuration
        self.watcher = watcher
        threads = NIOThreadPool(numberOfThreads: max(1, configuration.connections))
        threads.start()
    }

    deinit {
        // Nothing runs any more: what ran would hold this value. (A pool that is closed already ignores it.)
        threads.shutdownGracefully { _ in }
    }

    /// Runs `work` on one of the threads. Throws `DatabaseError.unavailable` when none is free within the waiting time.
    func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try Task.checkCancellation()
        guard !state.withLock(\.isClosed) else { throw DatabaseError.unavailable("the database is closed") }
        return try await withCheckedThrowingContinuation { continuation in
            let caller = Caller(continuation)
            let watch = watcher.watch(.now + configuration.waitingTime) {
                caller.take()?.resume(throwing: DatabaseError.unavailable("every connection is busy"))
            }
            threads.submit { [watcher] state in
                watcher.forget(watch)
                guard let continuation = caller.take() else { return }
                switch state {
                case .active: continuation.resume(with: Result { try work() })
                case .cancelled: continuation.resume(throwing: DatabaseError.unavailable("the database is closed"))
                }
            }
        }
    }

    /// A connection that works as far as one can tell without asking. Called on a thread of the pool.
    func take() throws(DatabaseError) -> Connection {
        if let connection = state.withLock({ $0.idle.popLast() }) { return connection }
        return try Connection(configuration)
    }

    /// Gives a connection back for others, or closes it when it is not fit for them.
    func giveBack(_ connection: Connection, isFit: Bool) {
        let isKept = isFit && connection.isIdle && keep(connection)
        if !isKept { connection.finish() }
    }

    private func keep(_ connection: Connection) -> Bool {
        state.withLock { state in
            if state.isClosed { return false }
            state.idle.append(connection)
            return true
        }
    }

    /// When one connection is lost the others most likely are too: closes those that wait.
    func dropIdle() {
        let idle = state.withLock { state in
            defer { state.idle = [] }
            return state.idle
        }
        for connection in idle { connection.finish() }
    }

    /// Refuses new work, waits for what runs, closes every connection.
    func close() async throws {
        let wasClosed = state.withLock { state in
            defer { state.isClosed = true }
            return state.isClosed
        }
        if wasClosed { return }
        try await threads.shutdownGracefully()
        dropIdle()
    }
}

/// Somebody who waits for an answer and gets it from whoever comes first: the thread that works, or the watcher.
private final class Caller<T: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<T, any Error>?>

    init(_ continuation: CheckedContinuation<T, any Error>) {
        self.continuation = Mutex(continuation)
    }

    /// The right to answer, once.
    func take() -> CheckedContinuation<T, any Error>? {
        continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }
    }
}
