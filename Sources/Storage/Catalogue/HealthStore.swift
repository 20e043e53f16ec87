package import Domain
package import SQL

/// What players report about videos that do not play.
package struct HealthStore: Sendable {
    /// How many families must have seen a video fail before it is hidden: one tablet with a bad network is no evidence.
    package static let families = 3
    package static let window = Span.days(1)

    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    package enum Report: Sendable, Equatable {
        case noted
        /// Enough families reported it: it is hidden from now on.
        case hidden
        case unknownVideo
    }

    /// Notes one family's report; each family counts once. Only 100, 101 and 150 speak against a video: 153 means that
    /// our own page sent no Referer, 2 and 5 are faults of the call or the player.
    package func report(
        _ errorCode: Int,
        of video: Video.ID,
        by guardian: Guardian.ID,
        now: Instant
    ) async throws -> Report {
        try await database.write { transaction in
            guard let row = try transaction.row("SELECT youtube_id FROM video WHERE id = \(video)") else {
                return .unknownVideo
            }
            let youtubeID: YouTubeVideoID? = try row["youtube_id"]
            // The numbers are those of YouTube's player; they say nothing of a video of our own.
            guard youtubeID != nil, [100, 101, 150].contains(errorCode) else { return .noted }
            try transaction.lockCatalogue()
            try transaction.run(
                """
                INSERT INTO video_health (video_id, guardian_id, error_code, reported_at)
                VALUES (\(video), \(guardian), \(errorCode), \(now))
                ON CONFLICT (video_id, guardian_id) DO UPDATE SET error_code = \(errorCode), reported_at = \(now)
                """
            )
            let recent = try transaction.rows(
                "SELECT guardian_id FROM video_health WHERE video_id = \(video) AND reported_at > \(now - Self.window)"
            ).count
            guard recent >= Self.families else { return .noted }
            let hidden = try transaction.run(
                "UPDATE video SET healthy = 0, updated_at = \(now) WHERE id = \(video) AND healthy = 1"
            )
            if hidden == 1 { try CatalogueStore.bumpVersion(transaction) }
            return .hidden
        }
    }
}
