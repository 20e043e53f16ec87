import Domain
import SQL

/// The statements of one import batch.
struct BatchWriter {
    let transaction: any Transaction
    let ids: IdentifierSource
    let now: Instant

    /// What the database knows of a video already.
    private struct Existing {
        var id: Video.ID
        var state: Video.State
        var contentHash: String
        var wasPublished: Bool
        var ownTitle: String
    }

    func write(_ batch: ImportBatch) throws -> ImportCounts {
        var counts = ImportCounts()
        counts.malformed = batch.malformed
        counts.listed = batch.listed
        if !batch.videos.isEmpty || !batch.vanished.isEmpty || !batch.channels.isEmpty || !batch.untouched.isEmpty {
            try transaction.lockCatalogue()
            try writeChannels(batch.channels, counts: &counts)
            try writeVideos(batch.videos, counts: &counts)
            try quarantine(batch.vanished, counts: &counts)
            try touch(batch.untouched, counts: &counts)
            try CatalogueStore.bumpVersion(transaction)
        }
        try writePages(batch.pages)
        return counts
    }

    // MARK: Videos

    private func writeVideos(_ given: [JudgedVideo], counts: inout ImportCounts) throws {
        // The last word on a video counts.
        let last = Dictionary(given.indices.map { (given[$0].id, $0) }, uniquingKeysWith: { $1 })
        let isUnique = last.count == given.count
        let videos = isUnique ? given : given.indices.filter { last[given[$0].id] == $0 }.map { given[$0] }
        counts.duplicates += given.count - videos.count
        let existing = try existing(videos.map(\.id))
        let channels = try channelIDs(of: videos)
        var inserts: [Query] = []
        var unchanged: [Video.ID] = []
        var cleared: [Video.ID] = []
        var refusals: [Query] = []
        for video in videos {
            count(video, &counts)
            let channel = video.facts.channelID.flatMap { channels[$0] }
            guard let known = existing[video.id] else {
                let id = ids.next(Video.self)
                inserts.append(row(video, id: id, channel: channel))
                refusals += refusalRows(of: video, id: id)
                counts.new += 1
                continue
            }
            let state = try state(after: video, from: known)
            if known.contentHash == video.contentHash, known.state == state {
                unchanged.append(known.id)
                counts.unchanged += 1
                continue
            }
            try update(video, known, to: state, channel: channel)
            cleared.append(known.id)
            refusals += refusalRows(of: video, id: known.id)
            counts.updated += 1
        }
        try insert(inserts)
        try transaction.forPieces(of: unchanged) { piece in
            try transaction.run("UPDATE video SET fetched_at = \(now) WHERE id IN (\(list: piece))")
        }
        try transaction.forPieces(of: cleared) { piece in
            try transaction.run("DELETE FROM video_refusal WHERE video_id IN (\(list: piece))")
        }
        try insertRefusals(refusals)
    }

    private func count(_ video: JudgedVideo, _ counts: inout ImportCounts) {
        if video.isAccepted {
            counts.accepted += 1
        } else {
            counts.refused += 1
            for refusal in video.refusals { counts.refusedByReason[refusal.code, default: 0] += 1 }
        }
    }

    private func existing(_ ids: [YouTubeVideoID]) throws -> [YouTubeVideoID: Existing] {
        var found: [YouTubeVideoID: Existing] = [:]
        try transaction.forPieces(of: ids) { piece in
            let rows = try transaction.rows(
                """
                SELECT id, youtube_id, state, content_hash, published_at, own_title_ko, own_title_en FROM video
                WHERE youtube_id IN (\(list: piece))
                """
            )
            for row in rows {
                let publishedAt: Instant? = try row["published_at"]
                let korean: String? = try row["own_title_ko"]
                let english: String? = try row["own_title_en"]
                found[try row["youtube_id"]] = Existing(
                    id: try row["id"],
                    state: try row["state"],
                    contentHash: try row["content_hash"],
                    wasPublished: publishedAt != nil,
                    ownTitle: [korean, english].compactMap(\.self).joined(separator: " ")
                )
            }
        }
        return found
    }

    private func state(after video: JudgedVideo, from known: Existing) throws -> Video.State {
        guard video.isAccepted else { return known.state.afterRefusal(wasPublished: known.wasPublished) }
        guard known.state == .quarantined else {
            return known.state.afterAcceptance(wasPublished: known.wasPublished, reasons: [])
        }
        let reasons: [String] = try transaction.rows(
            "SELECT reason FROM video_refusal WHERE video_id = \(known.id) ORDER BY reason"
        ).map { try $0["reason"] }
        return known.state.afterAcceptance(wasPublished: known.wasPublished, reasons: Set(reasons))
    }

    private func row(_ video: JudgedVideo, id: Video.ID, channel: Channel.ID?) -> Query {
        let facts = video.facts
        let state = video.isAccepted ? Video.State.accepted : .refused
        return """
            (\(id), \(video.id), \(channel), \(state), \(facts.title), \(video.searchText), \(facts.thumbnailURL), \
            \(video.durationMilliseconds), \(facts.isEmbeddable ?? false), \(facts.isMadeForKids ?? false), \
            \(video.contentHash), \(now), \(now), \(now))
            """
    }

    private func insert(_ rows: [Query]) throws {
        try transaction.insert(rows, columns: 14) { values in
            """
            INSERT INTO video (id, youtube_id, channel_id, state, title, search_text, thumbnail_url, duration_ms,
            embeddable, made_for_kids, content_hash, fetched_at, created_at, updated_at) VALUES \(values)
            """
        }
    }

    private func update(
        _ video: JudgedVideo,
        _ known: Existing,
        to state: Video.State,
        channel: Channel.ID?
    ) throws {
        let facts = video.facts
        // A video that must be published again is no longer counted as published at any time.
        let publishedAt: Query = state == .accepted ? "NULL" : "published_at"
        let searchText =
            known.ownTitle.isEmpty ? video.searchText : SearchText.fold("\(video.searchText) \(known.ownTitle)")
        try transaction.run(
            """
            UPDATE video SET channel_id = \(channel), state = \(state), title = \(facts.title),
            search_text = \(searchText), thumbnail_url = \(facts.thumbnailURL),
            duration_ms = \(video.durationMilliseconds), embeddable = \(facts.isEmbeddable ?? false),
            made_for_kids = \(facts.isMadeForKids ?? false), content_hash = \(video.contentHash),
            fetched_at = \(now), published_at = \(publishedAt), updated_at = \(now)
            WHERE id = \(known.id)
            """
        )
    }

    private func refusalRows(of video: JudgedVideo, id: Video.ID) -> [Query] {
        video.refusals.map { "(\(id), \($0.code), \($0.detail), \(now))" }
    }

    private func insertRefusals(_ rows: [Query]) throws {
        try transaction.insert(rows, columns: 4) { values in
            """
            INSERT INTO video_refusal (video_id, reason, detail, refused_at) VALUES \(values)
            ON CONFLICT (video_id, reason) DO UPDATE SET detail = excluded.detail, refused_at = excluded.refused_at
            """
        }
    }

    private func quarantine(_ vanished: [YouTubeVideoID], counts: inout ImportCounts) throws {
        counts.vanished += vanished.count
        let known = try existing(vanished).values.sorted { $0.id < $1.id }
        let moved = known.filter { $0.state.afterVanishing == .quarantined }.map(\.id)
        try transaction.forPieces(of: moved) { piece in
            try transaction.run(
                """
                UPDATE video SET state = 'quarantined', updated_at = \(now)
                WHERE id IN (\(list: piece)) AND state <> 'quarantined'
                """
            )
        }
        try insertRefusals(moved.map { "(\($0), \(GateRefusal.vanished.code), '', \(now))" as Query })
    }

    private func touch(_ ids: [YouTubeVideoID], counts: inout ImportCounts) throws {
        counts.unchanged += ids.count
        try transaction.forPieces(of: ids) { piece in
            try transaction.run("UPDATE video SET fetched_at = \(now) WHERE youtube_id IN (\(list: piece))")
        }
    }

    private func writePages(_ pages: [CachedPage]) throws {
        for page in pages {
            let ids = page.ids.map(\.description).joined(separator: " ")
            try transaction.run(
                """
                INSERT INTO youtube_page (request, etag, next_page_token, ids, fetched_at)
                VALUES (\(page.request), \(page.etag), \(page.nextPageToken), \(ids), \(now))
                ON CONFLICT (request) DO UPDATE SET etag = excluded.etag,
                next_page_token = excluded.next_page_token, ids = excluded.ids, fetched_at = excluded.fetched_at
                """
            )
        }
    }
}
