package import Domain
package import SQL

/// The 30-day rule of YouTube's developer policies (III.E.4.d): API data is read again in time, or goes.
package struct RefreshStore: Sendable {
    private static let batch = 500

    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    /// Videos whose API data was read before `cutoff` or is gone, after `last` in id order. Refused and withdrawn
    /// videos are not asked for again: their data is left to be purged.
    package func dueVideos(
        before cutoff: Instant,
        after last: Video.ID?,
        limit: Int
    ) async throws -> [(id: Video.ID, youtubeID: YouTubeVideoID)] {
        let after = last?.description ?? ""
        return try await database.read { transaction in
            try transaction.rows(
                """
                SELECT id, youtube_id FROM video
                WHERE youtube_id IS NOT NULL AND state IN ('accepted', 'published', 'quarantined')
                AND (fetched_at IS NULL OR fetched_at < \(cutoff)) AND id > \(after)
                ORDER BY id LIMIT \(limit)
                """
            ).map { (try $0["id"], try $0["youtube_id"]) }
        }
    }

    /// Channels whose API data was read before `cutoff`, after `last` in id order.
    package func dueChannels(
        before cutoff: Instant,
        after last: Channel.ID?,
        limit: Int
    ) async throws -> [(id: Channel.ID, youtubeID: YouTubeChannelID)] {
        let after = last?.description ?? ""
        return try await database.read { transaction in
            try transaction.rows(
                """
                SELECT id, youtube_id FROM channel
                WHERE youtube_id IS NOT NULL AND fetched_at < \(cutoff) AND id > \(after)
                ORDER BY id LIMIT \(limit)
                """
            ).map { (try $0["id"], try $0["youtube_id"]) }
        }
    }

    /// Removes API data read at or before `cutoff`. Ids, our own titles, labels and age bands stay; a video that was
    /// accepted or published goes to quarantine as `stale` until it is read again. Returns how many videos.
    package func purge(readBefore cutoff: Instant, at now: Instant) async throws -> Int {
        var purged = 0
        while true {
            let count = try await database.write { transaction in
                try transaction.lockCatalogue()
                return try Self.purgeBatch(transaction, cutoff: cutoff, now: now)
            }
            purged += count
            if count < Self.batch { break }
        }
        try await database.write { transaction in
            _ = try transaction.run(
                """
                UPDATE channel SET title = NULL, thumbnail_url = NULL, etag = NULL, fetched_at = NULL
                WHERE fetched_at <= \(cutoff)
                """
            )
            // Pages of lists: tags and tokens of the API. An import reads anew what is not there.
            _ = try transaction.run("DELETE FROM youtube_page WHERE fetched_at <= \(cutoff)")
        }
        return purged
    }

    private static func purgeBatch(_ transaction: any Transaction, cutoff: Instant, now: Instant) throws -> Int {
        let rows = try transaction.rows(
            """
            SELECT id, state, own_title_ko, own_title_en FROM video
            WHERE youtube_id IS NOT NULL AND fetched_at <= \(cutoff) ORDER BY id LIMIT \(batch)
            """
        )
        var stale: [Query] = []
        for row in rows {
            let id: Video.ID = try row["id"]
            let state: Video.State = try row["state"]
            let korean: String? = try row["own_title_ko"]
            let english: String? = try row["own_title_en"]
            let searchText = SearchText.fold([korean, english].compactMap(\.self).joined(separator: " "))
            // Without an answer of the API nothing is known to be embeddable or made for kids.
            try transaction.run(
                """
                UPDATE video SET title = NULL, thumbnail_url = NULL, duration_ms = NULL, search_text = \(searchText),
                embeddable = 0, made_for_kids = 0, content_hash = '', fetched_at = NULL,
                state = \(state.afterPurge), updated_at = \(now) WHERE id = \(id)
                """
            )
            // What a refusal quotes is API data, too; its reason is our own word.
            try transaction.run("UPDATE video_refusal SET detail = '' WHERE video_id = \(id)")
            if state.afterPurge == .quarantined { stale.append("(\(id), \(GateRefusal.staleCode), '', \(now))") }
        }
        try transaction.insert(stale, columns: 3) { values in
            """
            INSERT INTO video_refusal (video_id, reason, detail, refused_at) VALUES \(values)
            ON CONFLICT (video_id, reason) DO UPDATE SET refused_at = excluded.refused_at
            """
        }
        if !rows.isEmpty { try CatalogueStore.bumpVersion(transaction) }
        return rows.count
    }
}
