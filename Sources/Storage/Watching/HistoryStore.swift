package import Domain
package import SQL

/// What a child has watched.
package struct HistoryStore: Sendable {
    let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    /// A child's total of one video.
    package struct Watched: Sendable, Hashable {
        package let video: Video.ID
        package let plays: Int
        package let watched: Span
        /// Where to resume; zero when it was watched to its end, or only opened.
        package let position: Span
        package let lastWatchedAt: Instant
        /// Nil where that was not kept.
        package let firstPlayedAt: Instant?

        fileprivate init(_ row: Row) throws {
            video = try row["video_id"]
            plays = try row["plays"]
            watched = try row["watched_ms"]
            position = try row["position_ms"]
            lastWatchedAt = try row["last_watched_at"]
            firstPlayedAt = try row["first_played_at"]
        }
    }

    /// Newest first. `before` pages on.
    package func watched(
        by child: Child.ID,
        before cursor: (at: Instant, video: Video.ID)? = nil,
        limit: Int
    ) async throws -> [Watched] {
        try await database.read { try Self.watched(by: child, before: cursor, limit: limit, $0) }
    }

    static func watched(
        by child: Child.ID,
        before cursor: (at: Instant, video: Video.ID)?,
        limit: Int,
        _ transaction: any Transaction
    ) throws -> [Watched] {
        let start: Query =
            if let cursor {
                "AND (last_watched_at < \(cursor.at) OR (last_watched_at = \(cursor.at) AND video_id < \(cursor.video)))"
            } else { "" }
        return try transaction.rows(
            """
            SELECT video_id, plays, watched_ms, position_ms, last_watched_at, first_played_at FROM watched_video
            WHERE child_id = \(child) \(start) ORDER BY last_watched_at DESC, video_id DESC LIMIT \(limit)
            """
        ).map(Watched.init)
    }

    /// What a child watched of these videos, in any order.
    package func watched(by child: Child.ID, among videos: [Video.ID]) async throws -> [Watched] {
        try await database.read { transaction in
            var watched: [Watched] = []
            try transaction.forPieces(of: videos) { videos in
                watched += try transaction.rows(
                    """
                    SELECT video_id, plays, watched_ms, position_ms, last_watched_at, first_played_at FROM watched_video
                    WHERE child_id = \(child) AND video_id IN (\(list: videos))
                    """
                ).map(Watched.init)
            }
            return watched
        }
    }

    /// The other episodes of the series in a history that is not whole: what was watched of them long ago belongs to what
    /// the child has seen of the series, and the next episode is after it.
    package func earlierEpisodes(
        than history: [Watched],
        of child: Child.ID,
        in catalogue: CatalogueSnapshot
    ) async throws -> [Watched] {
        guard history.count == SightStore.historyLimit else { return [] }
        let known = Set(history.map(\.video))
        let series = Set(known.compactMap { catalogue.entry($0)?.video.seriesID })
        let others = series.sorted().flatMap { catalogue.episodes(of: $0).map(\.video.id) }.filter {
            !known.contains($0)
        }
        return others.isEmpty ? [] : try await watched(by: child, among: others)
    }

    // MARK: Taste

    package func taste(of child: Child.ID) async throws -> [UInt8]? {
        try await database.read { try Self.taste(of: child, $0) }
    }

    static func taste(of child: Child.ID, _ transaction: any Transaction) throws -> [UInt8]? {
        let row = try transaction.row("SELECT vector FROM taste WHERE child_id = \(child)")
        return try row.map { try $0["vector"] }
    }

    package func saveTaste(_ vector: [UInt8], of child: Child.ID, now: Instant) async throws {
        try await database.write { transaction in
            try transaction.run(
                """
                INSERT INTO taste (child_id, vector, updated_at)
                SELECT id, \(vector), \(now) FROM child WHERE id = \(child)
                ON CONFLICT (child_id) DO UPDATE SET vector = \(vector), updated_at = \(now)
                """
            )
        }
    }
}
