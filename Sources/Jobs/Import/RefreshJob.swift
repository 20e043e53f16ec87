package import Domain
import Foundation
import Outbound
package import Storage

/// Keeps API data younger than 30 days: reads it again from day 25 on. What could not be read is left to `PurgeJob`.
package struct RefreshJob: Sendable {
    /// Leaves five days for quota, outages and a machine that was off.
    package static let refreshAge = Span.days(25)

    private let youtube: YouTubeImport
    private let imports: ImportStore
    private let store: RefreshStore
    private let clock: Clock

    package init(youtube: YouTubeImport, imports: ImportStore, store: RefreshStore, clock: Clock) {
        self.youtube = youtube
        self.imports = imports
        self.store = store
        self.clock = clock
    }

    /// - Throws: `YouTubeImport.Failure.noClient` when something is due and there is no key; whatever YouTube answers.
    package func run() async throws -> ImportCounts {
        let cutoff = clock.now() - Self.refreshAge
        guard let client = youtube.client else {
            let isAnythingDue = try await !store.dueVideos(before: cutoff, after: nil, limit: 1).isEmpty
            if isAnythingDue { throw YouTubeImport.Failure.noClient }
            return ImportCounts()
        }
        var run = try await imports.begin("refresh", at: clock.now())
        let size = 50
        var lastVideo: Video.ID?
        while true {
            try Task.checkCancellation()
            let due = try await store.dueVideos(before: cutoff, after: lastVideo, limit: size)
            guard let last = due.last else { break }
            let batch = try await youtube.batch(of: due.map(\.youtubeID))
            try await youtube.apply(batch, to: &run, cursor: last.id.description)
            lastVideo = last.id
        }
        var lastChannel: Channel.ID?
        while true {
            try Task.checkCancellation()
            let due = try await store.dueChannels(before: cutoff, after: lastChannel, limit: size)
            guard let last = due.last else { break }
            if case .page(let page) = try await client.channels(due.map(\.youtubeID)) {
                var batch = ImportBatch()
                batch.channels = page.items.compactMap { if case .channel(let facts) = $0 { facts } else { nil } }
                try await youtube.apply(batch, to: &run, cursor: "")
            }
            lastChannel = last.id
        }
        try await imports.end(run, failed: false, at: clock.now())
        return run.counts
    }
}
