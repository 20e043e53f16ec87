package import Domain
import Foundation
import Outbound
package import Storage

/// Keeps API data younger than 30 days: reads it again from day 25 on, and removes what could not be read by day 30.
package struct RefreshJob: Sendable {
    /// Leaves five days for quota, outages and a machine that was off.
    package static let refreshAge = Span.days(25)
    package static let purgeAge = Screening.freshness

    package struct Outcome: Sendable, Hashable, Codable {
        package var counts = ImportCounts()
        package var purged = 0

        package init() {}
    }

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

    /// Purges in any case, also when YouTube cannot be reached or there is no key; then throws what went wrong.
    package func run() async throws -> Outcome {
        var outcome = Outcome()
        var failure: (any Error)?
        do {
            try await refresh(&outcome)
        } catch {
            failure = error
        }
        let now = clock.now()
        outcome.purged = try await store.purge(readBefore: now - Self.purgeAge, at: now)
        if let failure { throw failure }
        return outcome
    }

    private func refresh(_ outcome: inout Outcome) async throws {
        let cutoff = clock.now() - Self.refreshAge
        guard let client = youtube.client else {
            let isAnythingDue = try await !store.dueVideos(before: cutoff, after: nil, limit: 1).isEmpty
            if isAnythingDue { throw YouTubeImport.Failure.noClient }
            return
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
        outcome.counts = run.counts
    }
}
