internal import Foundation
package import SQL
internal import Synchronization

/// PostgreSQL through libpq: a bounded pool of threads, each with a connection; a transaction is one closure on one of
/// them.
///
/// - `read` is REPEATABLE READ READ ONLY: one snapshot, as on SQLite.
/// - `write` is READ COMMITTED. Unlike SQLite's, PostgreSQL's writers interleave: what a decision rests on is changed by
///   one atomic statement or read with `dialect.forUpdate` first.
/// - Every transaction has a deadline of its own (`TransactionDeadline` lengthens it), kept by a thread that watches. A
///   read is cancelled. A write never is, because the server answers a cancelled commit with success: its socket is
///   shut down, and it throws `deadlineExceeded` when its COMMIT was not sent and `outcomeUnknown` when it was.
/// - Serialisation failures and deadlocks run the closure again, up to five times with growing random pauses. A
///   connection that is lost before COMMIT is sent is replaced once, and the closure runs again.
/// - BEGIN travels with a transaction's first statement, and nobody waits for the end of a read: a read of one statement
///   is one round trip, a write two and its commit. A closure that runs no statement does not reach the server.
/// - Statements met a second time are prepared on the server. One that a change of the schema made useless is forgotten
///   with all others of its connection, and the closure runs again.
package final class PostgreSQLDatabase: Database {
    package let dialect = Dialect.postgresql

    private let configuration: Configuration
    private let watcher: Watcher
    private let pool: ConnectionPool
    private let breaker: Mutex<Breaker>
    private let now: @Sendable () -> ContinuousClock.Instant

    /// Connects when first used, so a server that is down does not keep the program from starting.
    ///
    /// - Parameter now: the clock by which writes are paused. Deadlines always follow the machine's.
    package init(_ configuration: Configuration, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        signal(SIGPIPE, SIG_IGN)
        self.configuration = configuration
        self.now = now
        watcher = Watcher()
        watcher.start()
        pool = ConnectionPool(configuration, watcher: watcher)
        breaker = Mutex(Breaker(limit: configuration.unknownOutcomesBeforePause, pause: configuration.pause))
    }

    deinit {
        watcher.stop()
    }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        let attempt = attempt(.read, allowed: configuration.readDeadline, body)
        return try await pool.run { try attempt.perform().value }
    }

    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        let admission = breaker.withLock { $0.admit(now: now()) }
        if admission == .refuse { throw DatabaseError.unavailable("writes are paused: none was confirmed lately") }
        return try await perform(attempt(.write, allowed: configuration.writeDeadline, body), admission)
    }

    /// While writes are paused this is what finds out that they work again: it writes a message to the server's log of
    /// changes, which nobody reads, and waits for it to be confirmed.
    package func checkWritable() async throws {
        switch breaker.withLock({ $0.admit(now: now()) }) {
        case .refuse: throw DatabaseError.unavailable("writes are paused: none was confirmed lately")
        case .probe:
            let allowed = min(configuration.writeDeadline, configuration.probeDeadline)
            let attempt = attempt(.write, allowed: allowed) { transaction in
                _ = try transaction.rows("SELECT pg_logical_emit_message(true, 'kyck', 'probe')")
            }
            try await perform(attempt, .probe, alwaysChanges: true)
        case .pass:
            let isStandby = try await read { transaction in
                try transaction.row("SELECT pg_is_in_recovery() AS answer").map { try $0["answer"] } ?? true
            }
            if isStandby { throw DatabaseError.unavailable("the server is a standby") }
        }
    }

    package func close() async throws {
        try await pool.close()
        watcher.stop()
    }

    /// Runs a statement that refuses to be part of a transaction (CREATE DATABASE, VACUUM, ALTER SYSTEM). It is not
    /// repeated, and has no deadline but the server's.
    package func runAlone(_ query: Query) async throws {
        try await pool.run { [pool] in
            let connection = try pool.take()
            defer { pool.giveBack(connection, isFit: true) }
            do throws(Connection.Failure) {
                _ = try connection.executeAlone(query)
            } catch {
                throw error.shared
            }
        }
    }

    private func attempt<T: Sendable>(
        _ kind: TransactionKind,
        allowed: Duration,
        _ body: @escaping @Sendable (any Transaction) throws -> T
    ) -> TransactionRun<T> {
        let extended = TransactionDeadline.current
        return TransactionRun(
            kind: kind,
            allowed: extended ?? allowed,
            isExtended: extended != nil,
            pool: pool,
            watcher: watcher,
            body: body
        )
    }

    /// Runs a write and tells the breaker how it ended. A commit without changes is confirmed even by a server that
    /// cannot confirm any other, so it says nothing.
    private func perform<T: Sendable>(
        _ attempt: TransactionRun<T>,
        _ admission: Breaker.Admission,
        alwaysChanges: Bool = false
    ) async throws -> T {
        do {
            let success = try await pool.run { try attempt.perform() }
            if success.hasChanges || alwaysChanges {
                breaker.withLock { $0.succeeded() }
            } else if admission == .probe {
                breaker.withLock { $0.probeWasInconclusive(now: now()) }
            }
            return success.value
        } catch DatabaseError.outcomeUnknown {
            breaker.withLock { $0.becameUnknown(now: now()) }
            throw DatabaseError.outcomeUnknown
        } catch {
            if admission == .probe { breaker.withLock { $0.probeWasInconclusive(now: now()) } }
            throw error
        }
    }
}
