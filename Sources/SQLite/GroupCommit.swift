internal import Foundation
internal import GRDB
internal import SQL
internal import Synchronization

/// Commits writes in groups: an fsync costs the same for one write as for a hundred.
///
/// Whoever comes while a commit is under way waits for the next one, which takes everyone who waits. There is no timer:
/// a lone write is committed at once, and groups grow by themselves as load does. Nobody is answered before the commit is
/// on disk.
///
/// A write that fails is undone alone. As hardly one does, a group first runs without a savepoint for each write, which
/// costs two statements and the copy of every page it changes; when one fails, all is undone and the group runs again,
/// with savepoints. Writes may run more than once: `Database` says so to those who write them.
final class GroupCommit: Sendable {
    /// The most writes of one commit.
    private static let largestGroup = 512

    private typealias Answer = @Sendable () -> Void

    private struct Job: Sendable {
        /// Runs the closure and returns how to answer its caller once it is committed.
        let run: @Sendable (any SharedTransaction) throws -> Answer
        let fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var waiting: [Job] = []
        var isScheduled = false
        var statistics = SQLiteDatabase.Statistics()
    }

    private let writer: any DatabaseWriter
    /// How long a commit takes in more writes: like ``largestGroup`` it bounds how long the first one waits.
    private let longestGroup: Duration
    private let state = Mutex(State())

    init(writer: any DatabaseWriter, longestGroup: Duration) {
        self.writer = writer
        self.longestGroup = longestGroup
    }

    var statistics: SQLiteDatabase.Statistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.waiting = state.waiting.count
            return statistics
        }
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (any SharedTransaction) throws -> T) async throws -> T {
        try Task.checkCancellation()
        return try await withCheckedThrowingContinuation { continuation in
            enqueue(
                Job { transaction in
                    let value = try body(transaction)
                    return { continuation.resume(returning: value) }
                } fail: { error in
                    continuation.resume(throwing: error)
                }
            )
        }
    }

    private func enqueue(_ job: Job) {
        let mustSchedule = state.withLock { state in
            state.waiting.append(job)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if mustSchedule { schedule() }
    }

    /// Runs one group on GRDB's writer queue, then lets others have the queue before the next one.
    private func schedule() {
        writer.asyncWriteWithoutTransaction { [self] database in
            let group = state.withLock { state in
                guard state.waiting.count > Self.largestGroup else {
                    defer { state.waiting = [] }
                    return state.waiting
                }
                let group = Array(state.waiting.prefix(Self.largestGroup))
                state.waiting.removeFirst(group.count)
                return group
            }
            let left = commit(group, on: database)
            let mustSchedule = state.withLock { state in
                if !left.isEmpty { state.waiting.insert(contentsOf: left, at: 0) }
                state.isScheduled = !state.waiting.isEmpty
                return state.isScheduled
            }
            if mustSchedule { schedule() }
        }
    }

    /// Runs and answers a group; returns the jobs that must run again in a later one.
    private func commit(_ group: [Job], on database: GRDB.Database) -> [Job] {
        do {
            try database.run("BEGIN IMMEDIATE")
            do {
                return commit(group, answering: try runTogether(group, on: database), on: database)
            } catch {
                if database.isInsideTransaction { try database.run("ROLLBACK") }
                guard group.count > 1 else { throw error }
            }
            try database.run("BEGIN IMMEDIATE")
        } catch {
            for job in group { job.fail(error) }
            return []
        }
        return commitApart(group, on: database)
    }

    /// Runs jobs straight after one another until the group has taken its time; throws when one of them fails.
    private func runTogether(_ group: [Job], on database: GRDB.Database) throws -> [Answer] {
        var answers: [Answer] = []
        answers.reserveCapacity(group.count)
        let end = ContinuousClock.now + longestGroup
        for job in group {
            if !answers.isEmpty, ContinuousClock.now >= end { break }
            answers.append(try Self.run(job, on: database))
            guard database.isInsideTransaction else { throw SharedError.unavailable("the transaction was undone") }
        }
        return answers
    }

    /// Runs each job in a savepoint, so that those that fail are undone alone, and commits the others.
    private func commitApart(_ group: [Job], on database: GRDB.Database) -> [Job] {
        var answers: [Answer] = []
        let end = ContinuousClock.now + longestGroup
        for (index, job) in group.enumerated() {
            if index > 0, ContinuousClock.now >= end { break }
            let outcome = runInSavepoint(job, on: database)
            guard database.isInsideTransaction else {
                // Some errors (a full disk, a failing one) make SQLite undo the whole transaction: the job they
                // happened to hears of them, and all others run again without it.
                job.fail(outcome.failure ?? SharedError.unavailable("the transaction was undone"))
                return group.enumerated().filter { $0.offset != index }.map(\.element)
            }
            switch outcome {
            case .success(let answer): answers.append(answer)
            case .failure(let error): answers.append { job.fail(error) }
            }
        }
        return commit(group, answering: answers, on: database)
    }

    /// Commits what the first jobs of the group did, as many as there are answers, and answers them; returns the others.
    private func commit(_ group: [Job], answering answers: [Answer], on database: GRDB.Database) -> [Job] {
        do {
            try database.run("COMMIT")
        } catch {
            if database.isInsideTransaction { try? database.run("ROLLBACK") }
            // An I/O error may come after the commit has reached the file.
            let isUnknown = if case .unavailable = error { true } else { false }
            for job in group.prefix(answers.count) { job.fail(isUnknown ? SharedError.outcomeUnknown : error) }
            return Array(group.dropFirst(answers.count))
        }
        state.withLock { state in
            state.statistics.commits += 1
            state.statistics.writes += answers.count
        }
        for answer in answers { answer() }
        return Array(group.dropFirst(answers.count))
    }

    /// Runs a job in its savepoint. When it fails, nothing of it is left.
    private func runInSavepoint(_ job: Job, on database: GRDB.Database) -> Result<Answer, any Error> {
        do {
            try database.run("SAVEPOINT job")
            let answer = try Self.run(job, on: database)
            try database.run("RELEASE job")
            return .success(answer)
        } catch {
            if database.isInsideTransaction {
                do {
                    try database.run("ROLLBACK TO job")
                    try database.run("RELEASE job")
                } catch {
                    // The job cannot be undone alone, so everything is.
                    try? database.run("ROLLBACK")
                }
            }
            return .failure(error)
        }
    }

    private static func run(_ job: Job, on database: GRDB.Database) throws -> Answer {
        let transaction = SQLiteTransaction(database)
        defer { transaction.end() }
        let answer = try job.run(transaction)
        if let failure = transaction.failure { throw failure }
        return answer
    }
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}

extension GRDB.Database {
    /// Runs one of the few statements that frame transactions, compiled once per connection.
    fileprivate func run(_ sql: String) throws(SharedError) {
        do {
            try cachedStatement(sql: sql).execute()
        } catch {
            throw SharedError(any: error)
        }
    }
}
