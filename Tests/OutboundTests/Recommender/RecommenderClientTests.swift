import AsyncHTTPClient
import Domain
import FaultyServer
import Foundation
import InMemoryLogging
import Logging
import Outbound
import Synchronization
import Testing

@Suite("The recommender's client", .timeLimit(.minutes(10)))
struct RecommenderClientTests {
    private static let token = "a-token-of-the-service"
    private static let child = Child.ID(UUID(uuid: (1, 2, 3, 4, 5, 6, 0x70, 8, 0x80, 10, 11, 12, 13, 14, 15, 16)))
    private static let videos = (0..<3).map { _ in Video.ID(UUID()) }

    /// What a call came to, and what time it is.
    private final class Record: Sendable {
        let outcomes = Mutex<[String]>([])
        let passed = Mutex(Duration.zero)
        private let start = ContinuousClock.now
        var all: [String] { outcomes.withLock { $0 } }
        var now: ContinuousClock.Instant { start + passed.withLock { $0 } }
    }

    private struct Setting {
        let client: RecommenderClient
        let record: Record
        let log: InMemoryLogHandler
    }

    private func with<T>(
        _ server: FaultyServer,
        deadline: Duration = .seconds(60),
        knows: @escaping @Sendable ([Video.ID]) async -> Bool = { _ in true },
        _ body: (Setting) async throws -> T
    ) async throws -> T {
        defer { withExtendedLifetime(server) {} }
        return try await with(address: server.address, deadline: deadline, knows: knows, body)
    }

    /// The deadline is long unless a test is about it: a busy machine must not look like a slow recommender.
    private func with<T>(
        address: String,
        deadline: Duration = .seconds(60),
        knows: @escaping @Sendable ([Video.ID]) async -> Bool = { _ in true },
        _ body: (Setting) async throws -> T
    ) async throws -> T {
        let record = Record()
        let log = InMemoryLogHandler()
        let http = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: RecommenderClient.httpConfiguration
        )
        let client = RecommenderClient(
            baseURL: address,
            token: Self.token,
            client: http,
            knows: knows,
            record: { call, failure in
                record.outcomes.withLock { $0.append("\(call.rawValue) \(failure?.rawValue ?? "ok")") }
            },
            logger: Logger(label: "test") { _ in log },
            deadline: deadline,
            now: { record.now }
        )
        let result: Result<T, any Error>
        do {
            result = .success(try await body(Setting(client: client, record: record, log: log)))
        } catch {
            result = .failure(error)
        }
        try await http.shutdown()
        return try result.get()
    }

    private static func list(_ videos: [Video.ID], reason: String = "new") -> String {
        let items = videos.map { #"{"reason":"\#(reason)","video_id":"\#($0)"}"# }
        return #"{"items":[\#(items.joined(separator: ","))]}"#
    }

    private static func home(_ continuations: [Video.ID], _ recommendations: [Video.ID]) -> String {
        #"{"continuations":\#(list(continuations)),"recommendations":\#(list(recommendations))}"#
    }

    private func failure(_ call: () async throws -> some Any) async -> RecommendationFailure? {
        do {
            _ = try await call()
            return nil
        } catch {
            return error as? RecommendationFailure
        }
    }

    @Test("asks with the token, for as many as wanted, and reads what comes")
    func asks() async throws {
        let videos = Self.videos
        let server = try await FaultyServer.start { request, _ in
            switch request.path.split(separator: "/")[1] {
            case "homes": .answer(body: Self.home([videos[0]], [videos[1], videos[2]]))
            case "tastes": .answer(status: 204)
            default: .answer(body: Self.list(videos))
            }
        }
        try await with(server) { setting in
            let home = try await setting.client.home(for: Self.child, limit: 20)
            #expect(home.continuations.map(\.video) == [videos[0]])
            #expect(home.recommendations == videos[1...].map { Recommendation(video: $0, reason: .new) })
            let list = try await setting.client.recommendations(for: Self.child, limit: 9, excluding: [videos[1]])
            #expect(list.map(\.video) == [videos[0], videos[2]])
            #expect(try await setting.client.neighbours(of: videos[0], limit: 400).map(\.video) == videos)
            try await setting.client.learn(from: Self.child)
            #expect(setting.record.all == ["home ok", "recommendations ok", "neighbours ok", "learn ok"])
        }
        let child = Self.child
        #expect(
            server.requests.map { "\($0.method) \($0.path)" } == [
                "GET /v1/homes/\(child)?n=20", "GET /v1/recommendations/\(child)?n=9&exclude=\(videos[1])",
                "GET /v1/neighbours/\(videos[0])?n=400", "POST /v1/tastes/\(child)",
            ]
        )
        #expect(server.requests.allSatisfy { $0.headers["authorization"] == "Bearer \(Self.token)" })
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reply: FaultyServer.Reply
        let failure: RecommendationFailure

        init(_ description: String, _ reply: FaultyServer.Reply, _ failure: RecommendationFailure) {
            (testDescription, self.reply, self.failure) = (description, reply, failure)
        }
    }

    /// Each is an answer to a request for a home of two places.
    static let faults: [Fault] = {
        let good = home([videos[0]], [videos[1]])
        let answers: [(String, String)] = [
            ("nothing", ""), ("no JSON", "<html>busy</html>"), ("another shape", #"{"items":[]}"#),
            ("half of its JSON", String(good.prefix(good.count / 2))),
            ("a list instead of an object", "[]"),
            (
                "ids that are none",
                home([], []).replacing(#""items":[]"#, with: #""items":[{"reason":"new","video_id":"1"}]"#)
            ),
            ("a reason nobody knows", good.replacing(#""new""#, with: #""because""#)),
            ("a video twice in a list", home([], [videos[0], videos[0]])),
            ("a video in both lists", home([videos[0]], [videos[0]])),
            ("more than was asked for", home([], videos)),
            ("more than fits", good + String(repeating: " ", count: 256 * 1_024)),
            ("control characters", "\u{0}\u{1}\u{2}"),
        ]
        let statuses = [301, 400, 401, 404, 429, 500, 503]
        return answers.map { Fault($0, .answer(body: $1), .malformed) }
            + statuses.map { Fault("status \($0)", .answer(status: $0, body: good), .refused) } + [
                Fault("closed without a word", .bytes(""), .unreachable),
                Fault("no HTTP", .bytes("SSH-2.0-OpenSSH_9.2\r\n\r\n"), .malformed),
                Fault(
                    "half of a body, then the end",
                    .bytes(FaultyServer.Reply.head(promising: 500) + good),
                    .malformed
                ),
            ]
    }()

    @Test("what cannot be true is no answer, and says what it was", arguments: faults)
    func nonsense(fault: Fault) async throws {
        let server = try await FaultyServer.start { _, _ in fault.reply }
        try await with(server) { setting in
            #expect(await failure { try await setting.client.home(for: Self.child, limit: 2) } == fault.failure)
            #expect(setting.record.all == ["home \(fault.failure.rawValue)"])
        }
    }

    @Test("an answer of which we know no video is none; an empty one is")
    func unknownVideos() async throws {
        let server = try await FaultyServer.start { _, number in
            .answer(body: Self.list(number == 1 ? Self.videos : []))
        }
        try await with(server, knows: { _ in false }) { setting in
            let ask = { try await setting.client.neighbours(of: Self.videos[0], limit: 20) }
            #expect(await failure(ask) == .malformed)
            let none = try await ask()
            #expect(none.isEmpty)
        }
    }

    @Test("a redirect is not followed: the token would go with it")
    func redirects() async throws {
        let elsewhere = try await FaultyServer.start { _, _ in .answer(body: Self.home([], [])) }
        let target = elsewhere.address
        let server = try await FaultyServer.start { _, _ in .answer(status: 307, headers: ["Location": target + "/v1"])
        }
        try await with(server) { setting in
            #expect(await failure { try await setting.client.home(for: Self.child, limit: 2) } == .refused)
        }
        #expect(elsewhere.requests.isEmpty)
    }

    @Test(
        "nothing, a head or half a body, and then silence: the deadline ends it",
        arguments: ["", FaultyServer.Reply.head(promising: 500), FaultyServer.Reply.head(promising: 500) + "{"]
    )
    func slow(beginning: String) async throws {
        let server = try await FaultyServer.start { _, _ in .stall(beginning) }
        try await with(server, deadline: RecommenderClient.deadline) { setting in
            #expect(await failure { try await setting.client.home(for: Self.child, limit: 2) } == .deadline)
            #expect(setting.record.all == ["home deadline"])
        }
    }

    @Test("nobody there")
    func dead() async throws {
        try await with(address: try await FaultyServer.deadAddress()) { setting in
            #expect(await failure { try await setting.client.home(for: Self.child, limit: 2) } == .unreachable)
        }
    }

    @Test("after five failures it is left alone, asked once after a pause, and asked again when it answers")
    func breaker() async throws {
        let server = try await FaultyServer.start { [videos = Self.videos] _, number in
            number > 6 ? .answer(body: Self.home([], [videos[0]])) : .answer(status: 500)
        }
        try await with(server) { setting in
            let ask = { await failure { try await setting.client.home(for: Self.child, limit: 2) } }
            for _ in 0..<5 { #expect(await ask() == .refused) }
            for _ in 0..<50 { #expect(await ask() == .open) }
            #expect(await failure { try await setting.client.neighbours(of: Self.videos[0], limit: 2) } == .open)
            #expect(server.requests.count == 5)
            setting.record.passed.withLock { $0 = .seconds(6) }
            #expect(await ask() == .refused)
            #expect(await ask() == .open)
            #expect(server.requests.count == 6)
            setting.record.passed.withLock { $0 = .seconds(12) }
            for _ in 0..<10 { #expect(await ask() == nil) }
            #expect(server.requests.count == 16)
            let lines = setting.log.entries.map { "\($0.level) \($0.message)" }
            #expect(
                lines == [
                    "warning The recommender fails and is left alone for a while",
                    "notice The recommender answers again",
                ]
            )
        }
    }

    @Test("learning that fails does not keep homes from being asked for")
    func learning() async throws {
        let server = try await FaultyServer.start { request, _ in
            request.method == "POST" ? .answer(status: 500) : .answer(body: Self.home([], [Self.videos[0]]))
        }
        try await with(server) { setting in
            let learn = { await failure { try await setting.client.learn(from: Self.child) } }
            for _ in 0..<5 { #expect(await learn() == .refused) }
            #expect(await learn() == .open)
            let home = try await setting.client.home(for: Self.child, limit: 2)
            #expect(home.recommendations.map(\.video) == [Self.videos[0]])
        }
    }

    @Test("those who go away before the answer are not the recommender's failures")
    func cancelled() async throws {
        let (arrivals, arrived) = AsyncStream<Void>.makeStream()
        let server = try await FaultyServer.start { _, _ in
            arrived.yield()
            return .stall("")
        }
        try await with(server) { setting in
            var arrival = arrivals.makeAsyncIterator()
            for _ in 0..<6 {
                let home = Task { try await setting.client.home(for: Self.child, limit: 2) }
                await arrival.next()
                home.cancel()
                await #expect(throws: CancellationError.self) { try await home.value }
            }
            #expect(setting.record.all.isEmpty)
            #expect(server.requests.count == 6)
        }
    }

    @Test("a hundred thousand excluded videos and ten thousand places are cut to what the service takes")
    func limits() async throws {
        let excluded = Set((0..<100_000).map { _ in Video.ID(UUID()) })
        let unsent = excluded.sorted()[50_000]
        let server = try await FaultyServer.start { _, _ in
            .answer(body: Self.list([Self.videos[0], unsent, Self.videos[1]]))
        }
        try await with(server) { setting in
            let list = try await setting.client.recommendations(for: Self.child, limit: 10_000, excluding: excluded)
            #expect(list.map(\.video) == [Self.videos[0], Self.videos[1]])
            #expect(try await setting.client.recommendations(for: Self.child, limit: 0, excluding: []).isEmpty)
            #expect(try await setting.client.neighbours(of: Self.videos[0], limit: -1).isEmpty)
        }
        let path = try #require(server.requests.first?.path)
        #expect(server.requests.count == 1)
        #expect(path.hasPrefix("/v1/recommendations/\(Self.child)?n=1000&exclude="))
        #expect(path.split(separator: ",").count == 1_000)
    }
}
