import Domain
import Foundation
import Jobs
import Logging
import Ranking
import Recommender
import SQL
import Storage
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import kyck

/// What `kyck explain` says, over the demo and over a trained model.
@Suite("The explanation of a recommendation")
struct ExplanationTests {
    /// The demo as it is always loaded: the same ids, the same evening.
    private struct Demo {
        let platform: Platform
        let catalogue: DemoCatalogue
        let summary: DemoLoader.Summary

        init(_ database: any Database) async throws {
            let random = Mutex(SplitMix64(seed: 7))
            platform = Platform(
                settings: try DemoTests.settings.get(),
                database: database,
                clock: Clock { DemoTests.evening },
                ids: IdentifierSource {
                    let (high, low) = random.withLock { ($0.next(), $0.next()) }
                    return withUnsafeBytes(
                        of: (
                            (high & ~0xF000 | 0x7000).bigEndian,
                            (low >> 2 | 0x8000_0000_0000_0000).bigEndian
                        )
                    ) { UUID(uuid: $0.load(as: uuid_t.self)) }
                },
                logger: Logger(label: "test"),
                metrics: PrometheusMetrics()
            )
            let file = KyckProgram.repository.appending(path: "demo/catalogue.json")
            catalogue = try DemoCatalogue(json: try Data(contentsOf: file), curriculum: try .bundled())
            summary = try await loadDemo(catalogue, into: platform)
            try await platform.engine.refreshPopularity()
        }

        /// Somebody's nickname in the demo's first family.
        func child() throws -> Child {
            let first = try #require(catalogue.families.first?.children.first)
            return try #require(summary.families.first?.children.first { $0.nickname == first.nickname })
        }
    }

    // MARK: The example of the documentation

    private static let documentation = KyckProgram.repository.appending(path: "docs/recommender.md")
    private static let heading = "## How a recommendation came about\n"

    /// After a deliberate change: `KYCK_UPDATE_GOLDEN=1 swift test --filter ExplanationTests`.
    @Test("the example in docs/recommender.md is what the program says of the demo")
    func example() async throws {
        let demo = try await Demo(try await Engine.sqlite.makeDatabase())
        let child = try demo.child()
        let home = try await demo.platform.engine.home(for: child.id, limit: HomeRecommendations.shelfLength)
        let chosen = try #require(home.recommendations.first { $0.reason == .becauseYouWatched })
        let account = try await explain(.own(chosen.video), to: child.id, on: demo.platform)
        let text = account.lines.joined(separator: "\n") + "\n"

        let page = try String(contentsOf: Self.documentation, encoding: .utf8)
        let section = try #require(page.range(of: Self.heading), "docs/recommender.md has no example")
        let opening = try #require(page.range(of: "```text\n", range: section.upperBound..<page.endIndex))
        let closing = try #require(page.range(of: "```\n", range: opening.upperBound..<page.endIndex))
        if ProcessInfo.processInfo.environment["KYCK_UPDATE_GOLDEN"] == "1" {
            let updated = page[..<opening.upperBound] + text + page[closing.lowerBound...]
            try String(updated).write(to: Self.documentation, atomically: true, encoding: .utf8)
            return
        }
        let written = page[opening.upperBound..<closing.lowerBound].split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        for (line, expected) in zip(text.split(separator: "\n", omittingEmptySubsequences: false), written) {
            #expect(line == expected)
        }
        #expect(String(page[opening.upperBound..<closing.lowerBound]) == text)
    }

    // MARK: Every video of a home

    @Test(
        "says of every video the place, the reason and the score that the home gives, and reads only",
        arguments: Engine.allCases
    )
    func agrees(engine: Engine) async throws {
        let demo = try await Demo(try await engine.makeDatabase())
        let recorder = Mutex<[String]>([])
        let platform = Platform(
            settings: demo.platform.settings,
            database: WatchedDatabase(demo.platform.database) { statements in recorder.withLock { $0 += statements } },
            clock: demo.platform.clock,
            logger: demo.platform.logger,
            metrics: PrometheusMetrics()
        )
        let child = try demo.child()
        let home = try await demo.platform.engine.home(for: child.id, limit: HomeRecommendations.shelfLength)
        let snapshot = try await platform.stores.catalogue.snapshot()
        var absences = 0
        for entry in snapshot.entries {
            let account = try await explain(.own(entry.video.id), to: child.id, on: platform)
            let json = try written(account)
            let lines = account.lines.joined(separator: "\n")
            #expect(!lines.contains(child.nickname))
            #expect(!lines.contains("010-") && !lines.contains("nan") && !lines.contains("inf"))
            guard json["may_see"] as? Bool == true else {
                #expect(!home.continuations.contains { $0.video == entry.video.id })
                #expect(!home.recommendations.contains { $0.video == entry.video.id })
                #expect((json["refusal"] as? String) == Screening.Refusal.outsideAgeBand.rawValue)
                continue
            }
            let place = try #require(json["place"] as? [String: Any])
            let number = home.recommendations.firstIndex { $0.video == entry.video.id }
            let begun = home.continuations.firstIndex { $0.video == entry.video.id }
            #expect(place["for_you"] as? Int == number.map { $0 + 1 })
            #expect(place["continue_watching"] as? Int == begun.map { $0 + 1 })
            if let number { #expect(place["reason"] as? String == home.recommendations[number].reason.rawValue) }
            if let begun { #expect(place["reason"] as? String == home.continuations[begun].reason.rawValue) }
            if number == nil { absences += place["absence"] is String ? 1 : 0 }
            let parts = try #require(json["parts"] as? [String: Any])
            func part(_ name: String) -> Double? { parts[name] as? Double }
            let sum = ["co_watch", "labels", "popularity", "quality", "freshness", "less_of"]
                .reduce(0) { $0 + (part($1) ?? .nan) }
            let score = sum * (part("rewatch_factor") ?? 1) + (part("series_boost") ?? 0)
            #expect(abs(score - (json["score"] as? Double ?? .nan)) < 1e-9)
        }
        #expect(absences > 0, "some had no place")
        for statement in recorder.withLock({ $0 }) { #expect(statement.hasPrefix("SELECT"), "\(statement)") }
    }

    @Test("with a trained model, says what the same children watch, and which version said it")
    func trained() async throws {
        let world = try await TrainingTests.World(.sqlite)
        _ = try #require(try await world.train())
        let platform = try TrainingTests.World.platform(over: world.platform.database)
        let child = world.children[0]
        let watched = Set(try await platform.stores.history.watched(by: child, limit: 100).map(\.video))
        let unwatched = try #require(world.videos.indices.first { $0 % 2 == 0 && !watched.contains(world.videos[$0]) })
        let account = try await explain(.own(world.videos[unwatched]), to: child, on: platform)
        let json = try written(account)
        #expect(json["model_version"] as? Int == 1)
        let learnt = try #require(json["learnt"] as? [String: Any])
        #expect(try #require(learnt["total"] as? Double) > 0, "children alike watch it")
        let known = try #require(json["watched"] as? [[String: Any]])
        let sum = known.reduce(0) {
            $0 + (($1["rating"] as? Double) ?? .nan) * (($1["co_watch_weight"] as? Double) ?? .nan)
        }
        #expect(abs(sum - (learnt["co_watch"] as? Double ?? .nan)) < 1e-6)
        #expect(account.lines.contains("model 1, 40 videos published"))
    }

    @Test("what is not published is in no list; what is unknown ends with 66", arguments: Engine.allCases)
    func unknown(engine: Engine) async throws {
        let world = try await TrainingTests.World(engine, children: 1)
        let (platform, child, video) = (world.platform, world.children[0], world.videos[0])
        func failure(_ video: VideoReference, _ child: Child.ID) async -> ExitFailure? {
            do {
                _ = try await explain(video, to: child, on: platform)
                return nil
            } catch { return error as? ExitFailure }
        }
        #expect(await failure(.own(video), child) == nil)
        #expect(await failure(.own(Video.ID(UUID())), child)?.code == .noInput)
        #expect(await failure(.own(video), Child.ID(UUID()))?.code == .noInput)
        _ = try await PublishStore(database: platform.database).withdraw([.own(video)], at: platform.clock.now())
        let account = try await explain(.own(video), to: child, on: platform)
        #expect(account.lines.last == "1. May the child see it? No: it is not published. It is in no list.")
        #expect(try written(account)["refusal"] as? String == "not_published")
    }

    private func written(_ account: ExplanationAccount) throws -> [String: Any] {
        let data = try JSONEncoder().encode(account)
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
}
