package import Domain
import SQL

extension JobStore {
    /// One run of a job.
    package struct Run: Sendable, Equatable {
        package enum Outcome: String, Sendable, CaseIterable {
            /// Not ended yet, or its process has died and nobody has taken the job over.
            case running
            case succeeded
            case failed
            /// Its process was ended in the middle of it.
            case cutShort = "cut_short"
            /// Its lease ran out and another process took the job over.
            case lost
        }

        package let name: String
        package let number: Int64
        package let holder: String
        package let startedAt: Instant
        package let finishedAt: Instant?
        package let outcome: Outcome
        /// How many things it dealt with, of a run that succeeded.
        package let count: Int?
        /// Without secrets, of a run that failed.
        package let error: String?
    }

    /// Where a job stands.
    package struct State: Sendable, Equatable {
        package let name: String
        /// Who holds the lease, and until when; nil where nobody does.
        package let holder: String?
        package let leasedUntil: Instant?
        package let newest: Run?
        package let succeededAt: Instant?
        /// How many runs in a row have failed until now.
        package let failures: Int
        package let nextRunAt: Instant?
    }

    /// Where every job stands that has ever been asked for, by name.
    package func states(now: Instant) async throws -> [State] {
        let rows = try await database.read { transaction in
            try transaction.rows(
                """
                SELECT j.name, j.holder AS held_by, j.leased_until, j.last_succeeded_at, j.failures, j.next_run_at,
                    h.run, h.holder, h.started_at, h.finished_at, h.outcome, h.count, h.error
                FROM job_run j LEFT JOIN job_history h ON h.name = j.name AND h.run = j.run
                ORDER BY j.name
                """
            )
        }
        return try rows.map { row in
            let until: Instant = try row["leased_until"]
            let number: Int64? = try row["run"]
            return State(
                name: try row["name"],
                holder: until > now ? try row["held_by"] : nil,
                leasedUntil: until > now ? until : nil,
                newest: try number.map { _ in try Run(row: row) },
                succeededAt: try row["last_succeeded_at"],
                failures: try row["failures"],
                nextRunAt: try row["next_run_at"]
            )
        }
    }

    /// The newest runs, of one job or of all, the newest first.
    package func history(of name: String? = nil, limit: Int = 50) async throws -> [Run] {
        let condition: Query = if let name { "WHERE name = \(name)" } else { "" }
        return try await database.read { transaction in
            try transaction.rows(
                """
                SELECT name, run, holder, started_at, finished_at, outcome, count, error FROM job_history \(condition)
                ORDER BY started_at DESC, name, run DESC LIMIT \(limit)
                """
            ).map(Run.init)
        }
    }
}

extension JobStore.Run.Outcome: SQLConvertible {}

extension JobStore.Run {
    fileprivate init(row: Row) throws {
        self.init(
            name: try row["name"],
            number: try row["run"],
            holder: try row["holder"],
            startedAt: try row["started_at"],
            finishedAt: try row["finished_at"],
            outcome: try row["outcome"],
            count: try row["count"],
            error: try row["error"]
        )
    }
}
