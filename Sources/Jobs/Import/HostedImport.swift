package import Domain
import Foundation
package import Outbound
package import Storage

/// Brings a video of our own into the catalogue.
package struct HostedImport: Sendable {
    package enum Source: Sendable, Hashable {
        case file(String)
        case address(String)
    }

    package enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
        case durationUnknown
        case durationOutOfBounds(Span)
        case titleMissing

        package var description: String {
            switch self {
            case .durationUnknown: "its length is not known: install ffprobe or say --duration SECONDS"
            case .durationOutOfBounds(let span):
                "it is \(span.milliseconds / 1_000) seconds long, more than the safety gate allows"
            case .titleMissing: "it needs a title in Korean and in English"
            }
        }
    }

    package struct Outcome: Sendable, Hashable {
        package var id: Video.ID
        package var outcome: HostedVideoStore.Outcome
        package var path: String
    }

    private let media: HostedMedia
    private let probe: MediaProbe?
    private let store: HostedVideoStore
    private let gate: SafetyGate
    private let clock: Clock

    package init(
        media: HostedMedia,
        probe: MediaProbe?,
        store: HostedVideoStore,
        gate: SafetyGate = SafetyGate(),
        clock: Clock
    ) {
        self.media = media
        self.probe = probe
        self.store = store
        self.gate = gate
        self.clock = clock
    }

    /// `duration` is believed where it is given; otherwise ffprobe is asked.
    package func run(
        _ source: Source,
        title: Wording,
        ages: AgeBand?,
        duration: Span? = nil
    ) async throws -> Outcome {
        guard !SearchText.fold(title.korean).isEmpty, !SearchText.fold(title.english).isEmpty else {
            throw Failure.titleMissing
        }
        let taken =
            switch source {
            case .file(let path): try await media.take(file: path)
            case .address(let address): try await media.take(address: address)
            }
        var length = duration
        if length == nil, let probe { length = try await probe.duration(of: media.location(of: taken)) }
        guard let length else { throw Failure.durationUnknown }
        guard length > .zero, length <= gate.longest else { throw Failure.durationOutOfBounds(length) }
        let video = HostedVideo(path: "/media/\(taken.name)", title: title, duration: length, ages: ages)
        let (id, outcome) = try await store.add(video, at: clock.now())
        return Outcome(id: id, outcome: outcome, path: "/media/\(taken.name)")
    }
}
