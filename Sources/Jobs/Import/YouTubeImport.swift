package import Domain
import Foundation
package import Outbound
package import Storage

/// Brings videos from YouTube into the catalogue, each through the safety gate.
///
/// Work is written batch by batch together with the place to go on from. An import that is cancelled, killed, or out of
/// quota goes on there when the same source is imported again; doing a finished import again changes only what changed.
package struct YouTubeImport: Sendable {
    package enum Source: Sendable, Hashable {
        case channel(YouTubeChannelID)
        case playlist(String)
        case videos([YouTubeVideoID])
        /// Saved answers of the API.
        case files([String])

        package var needsClient: Bool {
            if case .files = self { false } else { true }
        }
    }

    package enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
        case noClient
        case noSuchChannel(YouTubeChannelID)

        package var description: String {
            switch self {
            case .noClient: "importing from YouTube needs KYCK_YOUTUBE_API_KEY"
            case .noSuchChannel(let id): "YouTube knows no channel \(id)"
            }
        }
    }

    package struct Outcome: Sendable {
        package var counts: ImportCounts
        package var isResumed: Bool
    }

    let client: YouTubeClient?
    let store: ImportStore
    let gate: SafetyGate
    let clock: Clock

    /// `client` is nil where there is no key: then only files can be imported.
    package init(client: YouTubeClient?, store: ImportStore, gate: SafetyGate = SafetyGate(), clock: Clock) {
        self.client = client
        self.store = store
        self.gate = gate
        self.clock = clock
    }

    /// Imports one source to its end. Throws `SavedPageError`, `YouTubeFailure`, `QuotaLedger.Exhausted`, `Failure` or
    /// what the database throws.
    @concurrent
    package func run(_ source: Source, report: @escaping ImportProgressReport = { _ in }) async throws -> Outcome {
        if source.needsClient, client == nil { throw Failure.noClient }
        var run = try await store.begin(Self.key(of: source), at: clock.now())
        do {
            switch source {
            case .channel(let id): try await importChannel(id, into: &run, report)
            case .playlist(let id): try await importPlaylist(id, channels: [], into: &run, report)
            case .videos(let ids): try await importVideos(ids, into: &run, report)
            case .files(let paths): try await importFiles(paths, into: &run, report)
            }
        } catch {
            // What the next try would meet again is begun anew; what passes by itself is gone on with.
            if Self.isFinal(error) { try await store.end(run, failed: true, at: clock.now()) }
            throw error
        }
        try await store.end(run, failed: false, at: clock.now())
        return Outcome(counts: run.counts, isResumed: run.isResumed)
    }

    private static func isFinal(_ error: any Error) -> Bool {
        switch error {
        case is SavedPageError, is Failure: true
        case let failure as YouTubeFailure: !failure.isTemporary
        default: false
        }
    }

    /// What finds an unfinished run again: the same question, and for files the same contents by name and size.
    private static func key(of source: Source) -> String {
        switch source {
        case .channel(let id): "channel:\(id)"
        case .playlist(let id): "playlist:\(id)"
        case .videos(let ids): "videos:" + ids.map(\.description).joined(separator: ",")
        case .files(let paths):
            "files:"
                + paths.map { path in
                    let url = URL(fileURLWithPath: path).standardizedFileURL
                    return "\(url.path(percentEncoded: false))#\(FileImport.size(of: path))"
                }.joined(separator: "|")
        }
    }
}
