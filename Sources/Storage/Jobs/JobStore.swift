package import Domain
package import SQL

/// When each job ran, what came of it, and who may run it now. In a cluster a lease lets one process at a time run a job.
///
/// Every run of a job has a number. Whoever ends a run names it, so that a process that lost its lease, because it was
/// stopped for longer than that, ends nobody else's run.
package struct JobStore: Sendable {
    /// How far the clocks of two machines may be apart. A stamp that is further ahead was left by a clock that was wrong: it
    /// neither holds a lease nor puts a job off. The length of a lease says nothing of that: it is its holder's own, and
    /// another version of the program may hold a longer one.
    package static let clockTolerance = Span.minutes(10)
    /// How many runs of each job are kept.
    package static let keptRuns = 50
    /// After how long a run that failed is repeated the first time.
    package static let firstWait = Span.minutes(1)

    let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    /// The right to run a job, until it runs out or is given back.
    package struct Lease: Sendable, Equatable {
        package let name: String
        package let holder: String
        /// From 1, one higher with every run of the job.
        package let run: Int64
    }

    /// How a run ended.
    package enum Ending: Sendable, Equatable {
        /// - count: how many things it dealt with.
        case succeeded(count: Int)
        /// - error: without secrets.
        case failed(error: String)
    }

    /// How long a job rests after `failures` failed runs in a row: a minute, two, four, …, never longer than without any.
    package static func wait(every: Span, failures: Int) -> Span {
        guard failures > 0 else { return every }
        // A minute that was doubled twenty times is two years.
        return min(every, Span(milliseconds: firstWait.milliseconds << min(failures - 1, 20)))
    }

    /// Takes the job's lease where it is free, and the job is due or `isWanted`.
    ///
    /// - Parameters:
    ///   - holder: names the process that asks.
    ///   - every: the longest a job is put off from now on, whatever an earlier run has said.
    ///   - lease: how long the run may take; after that another process takes over.
    ///   - isWanted: whether somebody wants it to run now, due or not.
    package func take(
        _ name: String,
        holder: String,
        every: Span,
        lease: Span,
        isWanted: Bool = false,
        now: Instant
    ) async throws -> Lease? {
        let isDue: Query =
            isWanted
            ? ""
            : """
            AND (next_run_at IS NULL OR next_run_at <= \(now)
                OR next_run_at > \(now + every + Self.clockTolerance))
            """
        return try await database.write { transaction in
            try transaction.run(
                "INSERT INTO job_run (name, leased_until) VALUES (\(name), 0) ON CONFLICT (name) DO NOTHING"
            )
            let taken = try transaction.row(
                """
                UPDATE job_run
                SET run = run + 1, holder = \(holder), leased_until = \(now + lease), last_started_at = \(now)
                WHERE name = \(name) AND (leased_until <= \(now) OR last_started_at > \(now + Self.clockTolerance))
                    \(isDue)
                RETURNING run
                """
            )
            guard let taken else { return nil }
            let run: Int64 = try taken["run"]
            try Self.begin(run, of: name, holder: holder, now: now, transaction)
            return Lease(name: name, holder: holder, run: run)
        }
    }

    private static func begin(
        _ run: Int64,
        of name: String,
        holder: String,
        now: Instant,
        _ transaction: any Transaction
    ) throws {
        // Whoever held the lease before and has not said how it ended is not asked any more.
        try transaction.send(
            "UPDATE job_history SET outcome = 'lost' WHERE name = \(name) AND run = \(run - 1) AND outcome = 'running'"
        )
        try transaction.send("DELETE FROM job_history WHERE name = \(name) AND run <= \(run - Int64(keptRuns))")
        try transaction.send(
            """
            INSERT INTO job_history (name, run, holder, started_at, outcome)
            VALUES (\(name), \(run), \(holder), \(now), 'running')
            """
        )
    }

    /// Gives the lease back without the run having ended: the job stays as due as it was.
    package func release(_ lease: Lease, now: Instant) async throws {
        try await database.write { transaction in
            let released = try transaction.run(
                "UPDATE job_run SET leased_until = 0 WHERE name = \(lease.name) AND run = \(lease.run)"
            )
            guard released > 0 else { return }
            try transaction.run(
                """
                UPDATE job_history SET outcome = 'cut_short', finished_at = \(now)
                WHERE name = \(lease.name) AND run = \(lease.run)
                """
            )
        }
    }

    /// Ends a run: gives the lease back, keeps what came of it, and puts the job off until it is due again.
    ///
    /// - Returns: false, and nothing has changed, where another run has taken the lease over.
    @discardableResult
    package func finish(_ lease: Lease, _ ending: Ending, every: Span, now: Instant) async throws -> Bool {
        try await database.write { transaction in
            let found = try transaction.row(
                """
                SELECT failures FROM job_run WHERE name = \(lease.name) AND run = \(lease.run)
                \(transaction.dialect.forUpdate)
                """
            )
            guard let found else { return false }
            let before: Int = try found["failures"]
            var (failures, count, failure): (Int, Int?, String?) = (0, nil, nil)
            var (outcome, succeeded): (Run.Outcome, Query) = (.succeeded, "last_succeeded_at = \(now),")
            switch ending {
            case .succeeded(let number): count = number
            case .failed(let error): (failures, failure, outcome, succeeded) = (before + 1, error, .failed, "")
            }
            try transaction.run(
                """
                UPDATE job_run SET leased_until = 0, failures = \(failures), \(succeeded)
                    next_run_at = \(now + Self.wait(every: every, failures: failures))
                WHERE name = \(lease.name)
                """
            )
            try transaction.run(
                """
                UPDATE job_history
                SET outcome = \(outcome), finished_at = \(now), count = \(count), error = \(failure)
                WHERE name = \(lease.name) AND run = \(lease.run)
                """
            )
            return true
        }
    }
}
