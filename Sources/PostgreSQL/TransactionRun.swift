internal import Foundation
internal import SQL

enum TransactionKind: Sendable {
    case read
    case write
}

/// One transaction from its first attempt to its last, on one thread of the pool.
struct TransactionRun<T: Sendable>: Sendable {
    private enum Ending {
        case done(Success)
        case failed(any Error)
        case conflict
        /// A prepared statement was useless; the connection has forgotten them all.
        case stale
        /// Lost before COMMIT was sent: nothing was written.
        case lost

        var leavesConnectionFit: Bool {
            switch self {
            case .lost, .failed(DatabaseError.outcomeUnknown): false
            case .done, .conflict, .stale, .failed: true
            }
        }
    }

    struct Success: Sendable {
        let value: T
        /// Whether rows were changed, so that the commit had something to confirm.
        let hasChanges: Bool
    }

    private static var mostAttempts: Int { 5 }

    let kind: TransactionKind
    let allowed: Duration
    /// Whether `allowed` is longer than the time-out the server was told when the connection was made.
    let isExtended: Bool
    let pool: ConnectionPool
    let watcher: Watcher
    let body: @Sendable (any Transaction) throws -> T

    /// Called on a thread of the pool.
    func perform() throws -> Success {
        let deadline = ContinuousClock.now + allowed
        var attempts = 0
        var wasReplaced = false
        while true {
            let connection = try pool.take()
            let ending = run(on: connection, until: deadline)
            switch ending {
            case .done(let success): return success
            case .failed(let error): throw error
            case .conflict, .stale:
                attempts += 1
                let pause = Duration.milliseconds(Int.random(in: 1...(5 << attempts)))
                guard attempts < Self.mostAttempts, .now + pause < deadline else { throw DatabaseError.conflict }
                Thread.sleep(forTimeInterval: pause / .seconds(1))
            case .lost:
                pool.dropIdle()
                if wasReplaced { throw DatabaseError.unavailable("the connection was lost") }
                wasReplaced = true
            }
        }
    }

    private func run(on connection: Connection, until deadline: ContinuousClock.Instant) -> Ending {
        let turn = connection.beginTurn(mayCancel: kind == .read)
        let watch = watcher.watch(deadline) { connection.expire(turn) }
        var ending = transact(on: connection)
        // Not a conflict with anybody, so neither a pause nor one of the attempts is spent on it.
        if case .stale = ending { ending = transact(on: connection) }
        watcher.forget(watch)
        let isExpired = connection.endTurn()
        if isExpired {
            switch ending {
            case .done: break
            case .failed(DatabaseError.outcomeUnknown): break
            case .failed, .conflict, .stale, .lost: ending = .failed(DatabaseError.deadlineExceeded)
            }
        }
        pool.giveBack(connection, isFit: !isExpired && ending.leavesConnectionFit)
        return ending
    }

    private func transact(on connection: Connection) -> Ending {
        let transaction = PostgreSQLTransaction(connection)
        announce(on: connection)
        let result = Result {
            let value = try body(transaction)
            try transaction.flush()
            return value
        }
        transaction.end()
        if let failure = transaction.failure {
            let ending = self.ending(of: failure)
            switch ending {
            case .stale: connection.rollBack(forgettingStatements: true)
            default: rollBack(connection)
            }
            // The closure may have put the error in its own words; a conflict or a loss is ours to deal with first.
            if case .failed = ending, case .failure(let error) = result { return .failed(error) }
            return ending
        }
        switch result {
        case .success(let value):
            return commit(connection, Success(value: value, hasChanges: transaction.hasChanges))
        case .failure(let error):
            rollBack(connection)
            return .failed(error)
        }
    }

    private func announce(on connection: Connection) {
        var opening: [Query] =
            switch kind {
            case .read: ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"]
            case .write: ["BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"]
            }
        if isExtended {
            let limit = "\(Int((allowed + .seconds(1)) / .milliseconds(1)))"
            opening.append("SELECT set_config('statement_timeout', \(limit), true)")
        }
        connection.open(opening)
    }

    private func commit(_ connection: Connection, _ success: Success) -> Ending {
        if connection.isUnopened { return .done(success) }
        guard connection.isInTransaction else {
            return .failed(DatabaseError.statement(code: "25P01", message: "the closure ended its own transaction"))
        }
        if kind == .read {
            // Nothing of a read can be in doubt.
            connection.endReading()
            return .done(success)
        }
        do throws(Connection.Failure) {
            switch try connection.commit() {
            case .committed: return .done(success)
            case .rolledBack:
                return .failed(DatabaseError.statement(code: "25P02", message: "the transaction had failed"))
            case .unconfirmed: return .failed(DatabaseError.outcomeUnknown)
            }
        } catch {
            if case .refused(let refusal) = error, refusal.meansRolledBack { return ending(of: error) }
            return .failed(DatabaseError.outcomeUnknown)
        }
    }

    private func rollBack(_ connection: Connection) {
        if connection.isInTransaction { connection.rollBack() }
    }

    private func ending(of failure: Connection.Failure) -> Ending {
        switch failure {
        case .lost: .lost
        case .stale: .stale
        case .refused(let error) where error.isConflict: .conflict
        // The primary has become a standby: another host is the primary now.
        case .refused(let error) where error.isReadOnly && kind == .write: .lost
        case .refused, .unreadable: .failed(failure.shared)
        }
    }
}
