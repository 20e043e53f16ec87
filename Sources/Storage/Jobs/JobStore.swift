package import Domain
package import SQL

/// When each job ran last, and who may run it now. In a cluster a lease lets one process at a time run a job.
package struct JobStore: Sendable {
    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    /// Takes the job's lease when it is free and the job is due. A stamp from the future, which a wrong clock left, neither
    /// holds a lease nor puts a job off.
    ///
    /// - Parameters:
    ///   - every: how long after its last finish the job is due again.
    ///   - lease: how long it may take; after that another process takes over.
    package func take(
        _ name: String,
        holder: String,
        every: Span,
        lease: Span,
        now: Instant
    ) async throws -> Bool {
        try await database.write { transaction in
            try transaction.run(
                "INSERT INTO job_run (name, leased_until) VALUES (\(name), 0) ON CONFLICT (name) DO NOTHING"
            )
            return try transaction.run(
                """
                UPDATE job_run SET holder = \(holder), leased_until = \(now + lease), last_started_at = \(now)
                WHERE name = \(name)
                    AND (leased_until <= \(now) OR leased_until > \(now + lease))
                    AND (last_finished_at IS NULL OR last_finished_at <= \(now - every) OR last_finished_at > \(now))
                """
            ) == 1
        }
    }

    /// Gives the lease back without the run having ended: the job stays due.
    package func release(_ name: String, holder: String) async throws {
        try await database.write { transaction in
            try transaction.run("UPDATE job_run SET leased_until = 0 WHERE name = \(name) AND holder = \(holder)")
        }
    }

    /// Gives the lease back. A holder that lost its lease changes nothing.
    package func finish(_ name: String, holder: String, error: String?, now: Instant) async throws {
        try await database.write { transaction in
            try transaction.run(
                """
                UPDATE job_run SET leased_until = 0, last_finished_at = \(now), last_error = \(error)
                WHERE name = \(name) AND holder = \(holder)
                """
            )
        }
    }
}
