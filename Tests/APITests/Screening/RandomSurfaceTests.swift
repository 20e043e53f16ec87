import API
import Contract
import Domain
import Foundation
import HTTPTypes
import SQL
import Storage
import TestSupport
import Testing

/// Over random catalogues and children, every surface shows what `Screening.verdict` allows, and nothing else.
@Suite("Surfaces over random catalogues")
struct RandomSurfaceTests {
    /// A family with children of random ages and rules, before a random catalogue that each of them has watched whole.
    private struct World {
        let family: APIFixture.Family
        let children: [Child.ID]
        let videos: [Video.ID]
        let series: [Series.ID]

        init(_ api: APIFixture, seed: UInt64) async throws {
            var random = SeededGenerator(seed: seed)
            family = try await api.family()
            let token = family.guardian.token
            var children: [Child.ID] = []
            for (number, year) in [2025, 2022, 2019, 2016].enumerated() {
                let child = try await api.addChild("아이 \(number)", born: "\(year)-05", as: token)
                try await api.setRules(child, approvedOnly: Int.random(in: 0..<3, using: &random) == 0, as: token)
                children.append(child)
            }
            let channels = [try await api.addChannel("하나"), try await api.addChannel("둘")]
            let series = [try await api.addSeries("하나"), try await api.addSeries("둘")]
            var labels: [Label.ID] = []
            for name in ["가", "나", "다", "라"] { labels.append(try await api.addLabel(.topic, name)) }
            let videos = try await api.publish(
                (0..<40).map { number in
                    Self.video(number, channels, series, labels, api.clock.now, using: &random)
                }
            )
            let targets =
                videos.map(Block.Target.video) + channels.map(Block.Target.channel)
                + series.map(Block.Target.series) + labels.map(Block.Target.label)
            try await Self.choose(for: children, of: videos, blocking: targets, api, using: &random)
            (self.children, self.videos, self.series) = (children, videos, series)
        }

        private static func video(
            _ number: Int,
            _ channels: [Channel.ID],
            _ series: [Series.ID],
            _ labels: [Label.ID],
            _ now: Instant,
            using random: inout SeededGenerator
        ) -> SeedVideo {
            func isOneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }
            var video = SeedVideo("노래 \(number)")
            if isOneIn(8) { video.state = isOneIn(2) ? .withdrawn : .quarantined }
            video.youTube = !isOneIn(4)
            if isOneIn(8) { video.fetchedAt = now - .days(30) }
            video.isHealthy = !isOneIn(12)
            video.isEmbeddable = !isOneIn(12)
            video.isMadeForKids = !isOneIn(12)
            if isOneIn(12) { video.duration = nil }
            let youngest = Int.random(in: 0...5, using: &random)
            video.ages = youngest...Int.random(in: (youngest + 2)...12, using: &random)
            video.channel = channels.randomElement(using: &random)
            if isOneIn(2) { (video.series, video.episode) = (series.randomElement(using: &random), number + 1) }
            video.labels = labels.filter { _ in isOneIn(4) }
            return video
        }

        /// Each child has watched, favoured and got approved everything, but for a few approvals and some blocks.
        private static func choose(
            for children: [Child.ID],
            of videos: [Video.ID],
            blocking targets: [Block.Target],
            _ api: APIFixture,
            using random: inout SeededGenerator
        ) async throws {
            for child in children {
                let blocked = targets.filter { _ in Int.random(in: 0..<16, using: &random) == 0 }
                let approved = videos.filter { _ in Bool.random(using: &random) }
                let now = api.clock.now
                try await api.database.write { transaction in
                    for target in blocked {
                        try transaction.run(
                            """
                            INSERT INTO block (child_id, kind, target_id, created_at)
                            VALUES (\(child), \(target.kind), \(target.id), \(now))
                            """
                        )
                    }
                    for video in approved {
                        try transaction.run(
                            "INSERT INTO approval (child_id, video_id, created_at) VALUES (\(child), \(video), \(now))"
                        )
                    }
                    for (number, video) in videos.enumerated() {
                        let at = now - .minutes(Int64(number))
                        try transaction.run(
                            "INSERT INTO favourite (child_id, video_id, created_at) VALUES (\(child), \(video), \(at))"
                        )
                        try transaction.run(
                            """
                            INSERT INTO watched_video
                                (child_id, video_id, plays, watched_ms, position_ms, last_watched_at)
                            VALUES (\(child), \(video), 1, 60000, 30000, \(at))
                            """
                        )
                    }
                }
            }
        }
    }

    @Test("each shows what may be seen, and nothing else", arguments: Engine.allCases, UInt64(1)...3)
    func surfaces(engine: Engine, seed: UInt64) async throws {
        try await APIFixture.run(engine) { api in
            let world = try await World(api, seed: seed)
            let snapshot = try await api.services.stores.catalogue.snapshot()
            var (allowedInAll, refusedInAll) = (0, 0)
            for child in world.children {
                let path = "/v1/children/\(child)"
                let token = try await api.childToken(child, as: world.family.guardian.token)
                let sight = try #require(try await api.services.stores.sights.sight(of: child, now: api.clock.now))
                let allowed = world.videos.filter { id in
                    guard let entry = snapshot.entry(id) else { return false }
                    return Screening.verdict(entry.subject, for: sight.viewer, at: api.clock.now).isAllowed
                }
                allowedInAll += allowed.count
                refusedInAll += world.videos.count - allowed.count

                func get(_ surface: String) async throws -> JSON {
                    try await api.send(.get, path + surface, as: token).require(200).json
                }
                // Whole lists: whatever is allowed is in them.
                for list in ["/favourites", "/history?limit=100", "/search?q=%EB%85%B8%EB%9E%98"] {
                    let shown = Set(try await get(list)["items"].array.compactMap { $0["id"].string })
                    #expect(shown == Set(allowed.map(\.description)), "\(list), seed \(seed)")
                }
                for id in world.videos {
                    let status = try await api.send(.get, path + "/videos/\(id)", as: token).status
                    #expect((status == 200) == allowed.contains(id), "\(id), seed \(seed)")
                }
                // Choices: nothing but what is allowed, and with each video the one that is the reason for it.
                let refused = world.videos.filter { !allowed.contains($0) }.map(\.description)
                var choices = ["/home", "/recommendations?n=100"]
                choices += allowed.prefix(3).map { "/videos/\($0)/similar?n=100" }
                choices += world.series.filter { series in
                    allowed.contains { snapshot.entry($0)?.video.seriesID == series }
                }.map { "/series/\($0)" }
                for choice in choices {
                    let text = String(decoding: try await get(choice).data, as: UTF8.self)
                    for id in refused { #expect(!text.contains(id), "\(choice), seed \(seed)") }
                }
            }
            // Otherwise nothing was put to the test.
            #expect(allowedInAll > 15 && refusedInAll > 50)
        }
    }
}
