package import Domain
package import SQL

/// What training reads: every child's totals of videos, a batch of children at a time, so that no statement grows with the
/// history.
package struct TrainingStore: Sendable {
    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    package struct Watched: Sendable, Hashable {
        package let child: Child.ID
        package let video: Video.ID
        package let watched: Span
        package let lastWatchedAt: Instant
    }

    /// The next totals behind `cursor`, in the order of children and videos; fewer than `limit` at the end.
    package func watched(after cursor: (child: Child.ID, video: Video.ID)?, limit: Int) async throws -> [Watched] {
        let start: Query =
            if let cursor {
                "WHERE (child_id, video_id) > (\(cursor.child), \(cursor.video))"
            } else { "" }
        return try await database.read { transaction in
            try transaction.rows(
                """
                SELECT child_id, video_id, watched_ms, last_watched_at FROM watched_video \(start)
                ORDER BY child_id, video_id LIMIT \(limit)
                """
            ).map { row in
                Watched(
                    child: try row["child_id"],
                    video: try row["video_id"],
                    watched: try row["watched_ms"],
                    lastWatchedAt: try row["last_watched_at"]
                )
            }
        }
    }
}
