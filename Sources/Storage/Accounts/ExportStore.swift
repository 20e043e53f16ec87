package import Domain
package import SQL

/// Everything kept about a family, for the guardian to take along.
package struct ExportStore: Sendable {
    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    package struct PlayRecord: Sendable {
        package let id: Play.ID
        package let video: Video.ID
        package let surface: Surface
        package let startedAt: Instant
        package let watched: Span
    }

    package struct DayRecord: Sendable {
        package let day: Day
        package let watched: Span
    }

    package struct ChildRecord: Sendable {
        package let child: Child
        package let plays: [PlayRecord]
        package let days: [DayRecord]
    }

    package func children(of guardian: Guardian.ID) async throws -> [ChildRecord] {
        try await database.read { transaction in
            try transaction.rows(
                "SELECT \(ChildStore.columns) FROM child c WHERE c.guardian_id = \(guardian) ORDER BY c.id"
            ).map(ChildStore.child).map { child in
                ChildRecord(
                    child: child,
                    plays: try Self.plays(of: child.id, transaction),
                    days: try Self.days(of: child.id, transaction)
                )
            }
        }
    }

    private static func plays(of child: Child.ID, _ transaction: any Transaction) throws -> [PlayRecord] {
        try transaction.rows(
            """
            SELECT id, video_id, surface, started_at, watched_ms FROM play WHERE child_id = \(child)
            ORDER BY started_at, id
            """
        ).map { row in
            PlayRecord(
                id: try row["id"],
                video: try row["video_id"],
                surface: try row["surface"],
                startedAt: try row["started_at"],
                watched: try row["watched_ms"]
            )
        }
    }

    private static func days(of child: Child.ID, _ transaction: any Transaction) throws -> [DayRecord] {
        try transaction.rows(
            "SELECT day, watched_ms FROM watch_day WHERE child_id = \(child) ORDER BY day"
        ).map { DayRecord(day: try $0["day"], watched: try $0["watched_ms"]) }
    }
}
