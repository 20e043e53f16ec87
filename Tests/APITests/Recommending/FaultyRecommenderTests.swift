import Domain
import FaultyServer
import Foundation
import HTTPTypes
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import kyck

/// The API with the real client, wired as in the program, before a recommender that does everything wrong.
@Suite("A recommender at another address that is dead, slow or lies", .timeLimit(.minutes(10)))
struct FaultyRecommenderTests {
    private static let token = "a-token-of-the-service"
    private static let nobody = Video.ID(UUID())

    enum Fault: String, CaseIterable, CustomTestStringConvertible {
        case dead, silent, silentAfterHalf, garbage, wrongIDs, unknownVideos, halfABody, tooMuch, fails, refuses

        var testDescription: String { rawValue }

        fileprivate var reply: FaultyServer.Reply {
            let lie = #"{"items":[{"reason":"new","video_id":"\#(nobody)"}]}"#
            let home = #"{"continuations":{"items":[]},"recommendations":\#(lie)}"#
            return switch self {
            case .dead: .bytes("")
            case .silent: .stall("")
            case .silentAfterHalf: .stall(FaultyServer.Reply.head(promising: 5_000) + home)
            case .garbage: .answer(body: String(repeating: "<html>", count: 1_000))
            case .wrongIDs: .answer(body: home.replacing(nobody.description, with: "7"))
            case .unknownVideos: .answer(body: home)
            case .halfABody: .bytes(FaultyServer.Reply.head(promising: 5_000) + home)
            case .tooMuch: .answer(body: String(repeating: " ", count: 1 << 20))
            case .fails: .answer(status: 500, body: home)
            case .refuses: .answer(status: 401, body: home)
            }
        }

        fileprivate var outcome: RecommendationFailure {
            switch self {
            case .dead: .unreachable
            case .silent, .silentAfterHalf: .deadline
            case .garbage, .wrongIDs, .unknownVideos, .halfABody, .tooMuch: .malformed
            case .fails, .refuses: .refused
            }
        }

        /// Only silence is about time; else a busy machine must not look like a slow recommender.
        fileprivate var deadline: Duration { outcome == .deadline ? .milliseconds(150) : .seconds(60) }
    }

    private func expectFallBack(_ api: APIFixture, _ family: APIFixture.Family, _ videos: [Video.ID]) async throws {
        let newest = videos.reversed().map { JSON.string($0.description) }
        let home = try await api.send(.get, family.path + "/home", as: family.childToken).require(200)
        let shelves = home.json["shelves"].array
        #expect(shelves.map { $0["kind"] } == ["for_you", "new"])
        for shelf in shelves { #expect(shelf["videos"].array.map { $0["id"] } == newest) }
    }

    private func count(_ call: String, _ outcome: String, _ api: APIFixture) -> Int? {
        let line = #"recommender_calls_total{call="\#(call)",outcome="\#(outcome)"} "#
        return api.platform.metrics.text().split(separator: "\n").first { $0.hasPrefix(line) }
            .flatMap { Int($0.dropFirst(line.count)) }
    }

    @Test("a home never fails, and soon costs nothing", arguments: Fault.allCases)
    func home(fault: Fault) async throws {
        let server = try await FaultyServer.start { _, _ in fault.reply }
        let address = fault == .dead ? try await FaultyServer.deadAddress() : server.address
        let start = ContinuousClock.now
        try await APIFixture.run(
            .sqlite,
            recommender: { platform in
                // The breaker's clock stands still: it opens, and stays open.
                buildRecommenderClient(
                    platform,
                    url: address,
                    token: Self.token,
                    deadline: fault.deadline,
                    now: { start }
                )
            }
        ) { api in
            let family = try await api.family()
            let videos = try await api.publish((1...3).map { SeedVideo("노래 \($0)") })
            for _ in 0..<9 { try await expectFallBack(api, family, videos) }
            #expect(count("home", fault.outcome.rawValue, api) == 5)
            #expect(count("home", "open", api) == 4)
            #expect(count("home", "ok", api) == 0)
            for list in ["/recommendations?n=3", "/videos/\(videos[2])/similar?n=3"] {
                try await api.send(.get, family.path + list, as: family.childToken).require(200)
            }
            // On a busy machine the deadline may pass before a request is out.
            if fault.outcome == .deadline {
                #expect(server.requests.count <= 5)
            } else {
                #expect(server.requests.count == (fault == .dead ? 0 : 5))
            }
            // Learning is asked for apart from that, and counts no less without an answer.
            try await api.watch(videos[0], seconds: 120, state: .ended, in: family)
            let home = try await api.send(.get, family.path + "/home", as: family.childToken).require(200)
            #expect(home.json["allowance"]["watched_today_ms"] == 120_000)
            #expect(home.json["shelves"][0]["kind"] == "for_you", "nothing was left in the middle")
            for number in 0...1 { try await api.watch(videos[number], seconds: 20, in: family) }
            // A look of three seconds is nothing to go on with.
            try await api.watch(videos[2], seconds: 3, in: family)
            let begun = try await api.send(.get, family.path + "/home", as: family.childToken).require(200).json
            #expect(begun["shelves"][0]["kind"] == "continue")
            #expect(
                begun["shelves"][0]["videos"].array.map { $0["id"].string }
                    == [videos[1], videos[0]].map(\.description)
            )
            #expect(begun["shelves"][0]["videos"][0]["progress"]["position_ms"] == 20_000)
        }
        withExtendedLifetime(server) {}
    }

    /// What the test changes on the way.
    private final class Script: Sendable {
        let offered = Mutex<Video.ID?>(nil)
        let passed = Mutex(Duration.zero)

        var reply: FaultyServer.Reply {
            guard let video = offered.withLock({ $0 }) else { return .answer(status: 503) }
            let list = #"{"items":[{"reason":"balance","video_id":"\#(video)"}]}"#
            return .answer(body: #"{"continuations":{"items":[]},"recommendations":\#(list)}"#)
        }
    }

    @Test("one that comes back is asked again")
    func recovers() async throws {
        let script = Script()
        let start = ContinuousClock.now
        let server = try await FaultyServer.start { _, _ in script.reply }
        try await APIFixture.run(
            .sqlite,
            recommender: { platform in
                buildRecommenderClient(
                    platform,
                    url: server.address,
                    token: Self.token,
                    deadline: .seconds(60),
                    now: { start + script.passed.withLock { $0 } }
                )
            }
        ) { api in
            let family = try await api.family()
            let videos = try await api.publish((1...3).map { SeedVideo("노래 \($0)") })
            for _ in 0..<9 { try await expectFallBack(api, family, videos) }
            script.offered.withLock { $0 = videos[1] }
            try await expectFallBack(api, family, videos)
            script.passed.withLock { $0 = .seconds(5) }
            let home = try await api.send(.get, family.path + "/home", as: family.childToken).require(200)
            let first = home.json["shelves"].array[0]
            #expect(first["kind"] == "for_you")
            #expect(first["videos"].array.map { $0["id"] } == [.string(videos[1].description)])
            #expect(count("home", "refused", api) == 5)
            #expect(count("home", "open", api) == 5)
            #expect(count("home", "ok", api) == 1)
        }
    }
}
