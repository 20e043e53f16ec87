import API
import Domain
import Foundation
import HTTPTypes
import SQL
import TestSupport
import Testing

/// A catalogue with a good video in every place and, for every reason there is to refuse one, a video with that fault.
struct RefusedVideos: Sendable {
    /// Allowed, and the first episode of a series whose second is blocked.
    let good: [Video.ID]
    let refused: [Fault: Video.ID]
    /// Holds one good and one refused episode.
    let mixedSeries: Series.ID
    /// Blocked as a whole.
    let blockedSeries: Series.ID

    /// `Screening.Refusal`, with both ends of the age band and both sorts of missing data.
    enum Fault: String, CaseIterable, Sendable {
        case accepted, refusedByGate, quarantined, withdrawn, unhealthy, notEmbeddable, notMadeForKids, stale
        case noDuration, tooOldForIt, tooYoungForIt, blockedVideo, blockedChannel, blockedSeries, blockedLabel

        /// What `Screening` would call it. `notApproved` has a test of its own.
        var refusal: Screening.Refusal {
            switch self {
            case .accepted, .refusedByGate, .quarantined, .withdrawn: .notPublished
            case .unhealthy: .unhealthy
            case .notEmbeddable: .notEmbeddable
            case .notMadeForKids: .notMadeForKids
            case .stale: .stale
            case .noDuration: .incomplete
            case .tooOldForIt, .tooYoungForIt: .outsideAgeBand
            case .blockedVideo: .blockedVideo
            case .blockedChannel: .blockedChannel
            case .blockedSeries: .blockedSeries
            case .blockedLabel: .blockedLabel
            }
        }

        /// Whether the catalogue does not know it at all: then it is not found rather than not allowed.
        var isAbsent: Bool { refusal == .notPublished }
    }

    /// Publishes them, blocks what is to be blocked for the family's child, and has the child favour and watch every
    /// one of them before it became what it is.
    init(_ api: APIFixture, for family: APIFixture.Family) async throws {
        let (pinkChannel, badChannel) = (try await api.addChannel("핑크"), try await api.addChannel("나쁜 채널"))
        let (mixed, blocked) = (try await api.addSeries("토토의 하루"), try await api.addSeries("무서운 이야기"))
        let (topic, scary) = (try await api.addLabel(.topic, "동물"), try await api.addLabel(.topic, "귀신"))
        let now = api.clock.now
        (mixedSeries, blockedSeries) = (mixed, blocked)
        let faults = Fault.allCases
        let seeds = faults.map { fault in
            SeedVideo("노래 \(fault.rawValue)") { video in
                video.youTube = true
                video.channel = pinkChannel
                video.labels = [topic]
                switch fault {
                case .accepted: video.state = .accepted
                case .refusedByGate: video.state = .refused
                case .quarantined: video.state = .quarantined
                case .withdrawn: video.state = .withdrawn
                case .unhealthy: video.isHealthy = false
                case .notEmbeddable: video.isEmbeddable = false
                case .notMadeForKids: video.isMadeForKids = false
                case .stale: video.fetchedAt = now - .days(30)
                case .noDuration: video.duration = nil
                case .tooOldForIt: video.ages = 0...3
                case .tooYoungForIt: video.ages = 5...7
                case .blockedVideo: (video.series, video.episode) = (mixed, 2)
                case .blockedChannel: video.channel = badChannel
                case .blockedSeries: (video.series, video.episode) = (blocked, 1)
                case .blockedLabel: video.labels = [topic, scary]
                }
            }
        }
        let ids = try await api.publish(seeds)
        refused = Dictionary(uniqueKeysWithValues: zip(faults, ids))
        good = try await api.publish([
            SeedVideo("노래 하나") { (video: inout SeedVideo) in
                video.labels = [topic]
                (video.series, video.episode) = (mixed, 1)
            },
            SeedVideo("노래 둘") { (video: inout SeedVideo) in
                video.youTube = true
                video.fetchedAt = now - .days(30) + Span(milliseconds: 1)
                video.ages = 4...4
                video.labels = [topic]
            },
            SeedVideo("노래 셋") { $0.labels = [topic] },
        ])
        let all = good + ids
        let child = family.child
        try await api.database.write { transaction in
            for (number, id) in all.enumerated() {
                let at = now - .hours(Int64(number))
                try transaction.run(
                    "INSERT INTO favourite (child_id, video_id, created_at) VALUES (\(child), \(id), \(at))"
                )
                try transaction.run(
                    """
                    INSERT INTO watched_video (child_id, video_id, plays, watched_ms, position_ms, last_watched_at)
                    VALUES (\(child), \(id), 1, 60000, 60000, \(at))
                    """
                )
                try transaction.run(
                    "INSERT INTO approval (child_id, video_id, created_at) VALUES (\(child), \(id), \(at))"
                )
            }
        }
        let blocks = [
            "video/\(try #require(refused[.blockedVideo]))", "channel/\(badChannel)", "series/\(blocked)",
            "label/\(scary)",
        ]
        for block in blocks {
            try await api.send(.put, family.path + "/blocks/" + block, as: family.guardian.token).require(204)
        }
        // A double that fails cannot learn either.
        try? await api.services.recommendations.learn(from: child)
    }
}
