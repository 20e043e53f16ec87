package import Domain
import SQL

/// Which tastes have fallen behind what was watched.
extension HistoryStore {
    /// Some children in the order of their ids, and which of them need a new taste.
    package struct TastePage: Sendable, Equatable {
        package let stale: [Child.ID]
        /// From where to go on; nil at the end.
        package let last: Child.ID?
    }

    /// Looks at the next `limit` children after `cursor`. A taste is stale that is not there, was reckoned by `old`, or is
    /// older than something the child watched until `settled`: what is newer may yet be learnt by those who were told of it.
    /// One from the future, by a clock that was wrong, is as good as none. Children who watched nothing need no taste.
    package func staleTastes(
        after cursor: Child.ID?,
        reckonedBy old: Instant,
        watchedUntil settled: Instant,
        now: Instant,
        limit: Int
    ) async throws -> TastePage {
        let start = cursor?.description ?? ""
        let rows = try await database.read { transaction in
            try transaction.rows(
                """
                SELECT c.id, CASE WHEN EXISTS (
                    SELECT 1 FROM watched_video w WHERE w.child_id = c.id AND w.last_watched_at <= \(settled)
                    AND w.last_watched_at > CASE
                        WHEN t.updated_at > \(old) AND t.updated_at <= \(now + JobStore.clockTolerance)
                        THEN t.updated_at ELSE -1 END
                ) THEN 1 ELSE 0 END AS stale
                FROM (SELECT id FROM child WHERE id > \(start) ORDER BY id LIMIT \(limit)) AS c
                LEFT JOIN taste t ON t.child_id = c.id ORDER BY c.id
                """
            )
        }
        return TastePage(
            stale: try rows.filter { try $0["stale"] }.map { try $0["id"] },
            last: rows.count < limit ? nil : try rows.last.map { try $0["id"] }
        )
    }
}
