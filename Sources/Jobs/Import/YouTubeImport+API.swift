import Domain
import Foundation
import Outbound
import Storage

extension YouTubeImport {
    /// Where a playlist or a list of ids is gone on with.
    private struct Cursor: Codable {
        var pageToken: String?
        var index = 0
        var done: Int64 = 0

        init() {}

        init(_ run: ImportRun) {
            self = (try? JSONDecoder().decode(Self.self, from: Data(run.cursor.utf8))) ?? Self()
        }

        func text() throws -> String {
            String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
        }
    }

    func importChannel(
        _ id: YouTubeChannelID,
        into run: inout ImportRun,
        _ report: ImportProgressReport
    ) async throws {
        guard let client else { throw Failure.noClient }
        guard case .page(let page) = try await client.channels([id]) else { throw Failure.noSuchChannel(id) }
        let channels = page.items.compactMap { if case .channel(let facts) = $0 { facts } else { nil } }
        guard let facts = channels.first(where: { $0.id == id }) else { throw Failure.noSuchChannel(id) }
        let playlist = facts.uploadsPlaylist ?? id.uploadsPlaylist
        try await importPlaylist(playlist, channels: [facts], into: &run, report)
    }

    /// One page of the playlist and its videos are one batch.
    func importPlaylist(
        _ playlist: String,
        channels: [YouTubeChannelFacts],
        into run: inout ImportRun,
        _ report: ImportProgressReport
    ) async throws {
        var cursor = Cursor(run)
        var channels = channels
        var mayRestart = run.isResumed && cursor.pageToken != nil
        repeat {
            try Task.checkCancellation()
            let listed: ListedPage
            do {
                listed = try await listedPage(of: playlist, token: cursor.pageToken)
            } catch YouTubeFailure.refused where mayRestart {
                // Page tokens of another day may have lapsed: what was imported already is met again as unchanged.
                mayRestart = false
                cursor = Cursor()
                continue
            }
            mayRestart = false
            var batch = try await batch(of: listed.ids)
            batch.channels = channels
            batch.malformed += listed.malformed
            if let page = listed.cached { batch.pages.append(page) }
            channels = []
            cursor.pageToken = listed.next
            cursor.done += Int64(listed.ids.count)
            try await apply(batch, to: &run, cursor: try cursor.text())
            report(
                ImportProgress(
                    done: cursor.done,
                    total: listed.total.map(Int64.init),
                    unit: .videos,
                    videos: Int(cursor.done)
                )
            )
        } while cursor.pageToken != nil
    }

    func importVideos(
        _ ids: [YouTubeVideoID],
        into run: inout ImportRun,
        _ report: ImportProgressReport
    ) async throws {
        var cursor = Cursor(run)
        while cursor.index < ids.count {
            try Task.checkCancellation()
            let end = min(ids.count, cursor.index + YouTubeClient.idsPerCall)
            let batch = try await batch(of: Array(ids[cursor.index..<end]))
            cursor.index = end
            try await apply(batch, to: &run, cursor: try cursor.text())
            report(ImportProgress(done: Int64(end), total: Int64(ids.count), unit: .videos, videos: end))
        }
    }

    func apply(_ batch: ImportBatch, to run: inout ImportRun, cursor: String) async throws {
        run.counts += try await store.apply(batch, to: run, cursor: cursor, at: clock.now())
        run.cursor = cursor
    }

    private struct ListedPage {
        var ids: [YouTubeVideoID]
        var next: String?
        var total: Int?
        var malformed = 0
        /// Nil when what is cached still holds.
        var cached: CachedPage?
    }

    private func listedPage(of playlist: String, token: String?) async throws -> ListedPage {
        guard let client else { throw Failure.noClient }
        let request = "playlistItems/\(playlist)/\(token ?? "")"
        let cached = try await store.cachedPage(request)
        switch try await client.playlistItems(playlist, pageToken: token, etag: cached?.etag) {
        case .unchanged:
            guard let cached else { throw YouTubeFailure.refused(status: 304, reason: "unchanged, but never asked") }
            return ListedPage(ids: cached.ids, next: cached.nextPageToken)
        case .page(let page):
            let ids = page.items.compactMap { if case .listed(let id) = $0 { id } else { nil } }
            return ListedPage(
                ids: ids,
                next: page.nextPageToken,
                total: page.totalResults,
                malformed: page.malformed,
                cached: page.etag.map {
                    CachedPage(request: request, etag: $0, nextPageToken: page.nextPageToken, ids: ids)
                }
            )
        }
    }

    /// Asks for at most 50 videos and has the gate judge them. What the answer leaves out has vanished.
    func batch(of ids: [YouTubeVideoID]) async throws -> ImportBatch {
        guard let client else { throw Failure.noClient }
        var batch = ImportBatch()
        var seen: Set<YouTubeVideoID> = []
        let ids = ids.filter { seen.insert($0).inserted }
        if ids.isEmpty { return batch }
        let request = "videos/" + ids.map(\.description).joined(separator: ",")
        let cached = try await store.cachedPage(request)
        // The API's "unchanged" is worth something only while every video it speaks of is kept whole.
        let etag = if let cached, try await store.canBeTouched(cached.ids) { cached.etag } else { String?.none }
        switch try await client.videos(ids, etag: etag) {
        case .unchanged:
            let known = cached?.ids ?? []
            batch.untouched = known
            batch.vanished = ids.filter { !known.contains($0) }
        case .page(let page):
            var found: Set<YouTubeVideoID> = []
            for item in page.items {
                // Only what was asked for: an answer cannot smuggle in another video.
                guard case .video(let id, let facts) = item, seen.contains(id) else {
                    batch.malformed += 1
                    continue
                }
                found.insert(id)
                batch.videos.append(JudgedVideo(id: id, facts: facts, gate: gate))
            }
            batch.vanished = ids.filter { !found.contains($0) }
            if let etag = page.etag {
                batch.pages.append(
                    CachedPage(request: request, etag: etag, nextPageToken: nil, ids: ids.filter(found.contains))
                )
            }
        }
        return batch
    }
}
