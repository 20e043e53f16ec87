import Contract
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Recommender
import ServerKit
import Storage
import TestSupport
import Testing

@testable import kyck

/// The recommender's own routes, over the catalogue and the children of an API.
@Suite("The recommender as a service", .timeLimit(.minutes(10)))
struct RecommenderServiceTests {
    private static let token = "a-token-of-the-service"
    private static let authorized: HTTPFields = [.authorization: "Bearer \(token)"]

    private func router(_ platform: Platform) -> ServiceRouter<AppRequestContext> {
        let router = ServiceRouter(context: AppRequestContext.self, drain: Drain(), metrics: platform.metrics)
        Recommender.Routes(source: platform.engine, token: Self.token).add(to: router.router)
        return router
    }

    private func with(
        _ platform: Platform,
        _ mode: TestingSetup = .router,
        _ test: @Sendable @escaping (any TestClientProtocol) async throws -> Void
    ) async throws {
        let application = Application(
            router: router(platform),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            logger: platform.logger
        )
        try await application.test(mode) { try await test($0) }
    }

    /// A family whose child has watched the first of these to its end and the third for a moment.
    private func watching(_ api: APIFixture) async throws -> (family: APIFixture.Family, videos: [Video.ID]) {
        let family = try await api.family()
        let songs = try await api.addLabel(.topic, "노래")
        let cars = try await api.addLabel(.topic, "자동차")
        let videos = try await api.publish(
            [
                SeedVideo("노래 1") { $0.labels = [songs] }, SeedVideo("노래 2") { $0.labels = [songs] },
                SeedVideo("차 1") { $0.labels = [cars] }, SeedVideo("차 2") { $0.labels = [cars] },
            ]
        )
        try await api.watch(videos[0], seconds: 120, state: .ended, in: family)
        try await api.watch(videos[2], seconds: 6, in: family)
        return (family, videos)
    }

    private func predict(
        _ client: any TestClientProtocol,
        child: Child.ID,
        _ videos: [String],
        headers: HTTPFields = authorized
    ) async throws -> APIAnswer {
        let body: JSON = ["child_id": .string(child.description), "video_ids": .array(videos.map { .string($0) })]
        var headers = headers
        headers[.contentType] = "application/json"
        return try await client.execute(
            uri: "/v1/predictions",
            method: .post,
            headers: headers,
            body: ByteBuffer(bytes: try body.data)
        ) { APIAnswer($0) }
    }

    // MARK: Who may ask

    @Test("every route asks for the service's token and for nothing less")
    func token() async throws {
        try await APIFixture.run(.sqlite) { api in
            let routes = router(api.platform).router.routes.filter { $0.method != .head }
                .map { (method: $0.method, path: $0.path.description) }
            #expect(routes.count == 5)
            try await with(api.platform) { client in
                let family = try await api.family()
                for route in routes {
                    let path = route.path.replacing(/\{[a-z]+\}/, with: "\(family.child)")
                    for header in [
                        nil, "", "Bearer ", "Bearer wrong-token-of-a-service", "Bearer \(family.guardian.token)",
                    ] {
                        var headers: HTTPFields = [.contentType: "application/json"]
                        headers[.authorization] = header
                        let answer = try await client.execute(uri: path, method: route.method, headers: headers) {
                            APIAnswer($0)
                        }
                        answer.expect(.unauthenticated, "\(route.method) \(path) with \(header ?? "nothing")")
                    }
                }
            }
        }
    }

    // MARK: Predictions

    @Test(
        "predicts what a child would rate: more of what it finished, less of what it left",
        arguments: Engine.allCases
    )
    func predictions(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let (family, videos) = try await watching(api)
            let other = try await api.family(Person.park, child: "서준")
            try await with(api.platform) { client in
                let unknown = Video.ID(UUID())
                let asked = [videos[3], unknown, videos[1], videos[0]].map(\.description)
                let answer = try await predict(client, child: family.child, asked).require(200)
                let items = answer.json["items"].array
                #expect(items.map { $0["video_id"] } == asked.map { .string($0) })
                let ratings = items.map { $0["rating"].double }
                #expect(ratings[1] == nil)
                let (car, song, seen) = (try #require(ratings[0]), try #require(ratings[2]), try #require(ratings[3]))
                #expect(song > car)
                #expect(car < 0)
                // What was watched is nearest to itself: a minute ago it was rated 1.
                #expect(abs(seen - 1) < 0.001)
                // A child that watched nothing, and one that does not exist.
                for child in [other.child, Child.ID(UUID())] {
                    let nothing = try await predict(client, child: child, asked).require(200)
                    #expect(nothing.json["items"].array.map { $0["video_id"] } == asked.map { .string($0) })
                    #expect(nothing.json["items"].array.allSatisfy { $0["rating"] == .null })
                    #expect(nothing.text.contains(#""rating":null"#))
                }
            }
        }
    }

    @Test("refuses what it cannot answer, field by field")
    func refusals() async throws {
        try await APIFixture.run(.sqlite) { api in
            let (family, videos) = try await watching(api)
            try await with(api.platform) { client in
                let ids = { (count: Int) in (0..<count).map { _ in Video.ID(UUID()).description } }
                try await predict(client, child: family.child, ids(1_000)).require(200)
                try await predict(client, child: family.child, ids(1_001)).expect(.invalidField)
                try await predict(client, child: family.child, []).expect(.invalidField)
                try await predict(client, child: family.child, [videos[0].description, videos[0].description])
                    .expect(.invalidField)
                try await predict(client, child: family.child, ["7"]).expect(.invalidField)
                try await predict(client, child: family.child, ids(100_000)).expect(.bodyTooLarge)

                let get = { (path: String) in
                    try await client.execute(uri: path, method: .get, headers: Self.authorized) { APIAnswer($0) }
                }
                let lists = ["recommendations/\(family.child)", "homes/\(family.child)", "neighbours/\(videos[0])"]
                for list in lists {
                    try await get("/v1/\(list)?n=1000").require(200)
                    for bad in ["10000", "1001", "0", "-1", "99999999999999999999", "1e3", "NaN"] {
                        try await get("/v1/\(list)?n=\(bad)").expect(.invalidField, "\(list) n=\(bad)")
                    }
                    try await get("/v1/\(list.dropLast(3))").expect(.notFound)
                }
                let list = "/v1/recommendations/\(family.child)"
                try await get(list + "?exclude=" + ids(1_000).joined(separator: ",")).require(200)
                try await get(list + "?exclude=" + ids(1_001).joined(separator: ",")).expect(.invalidField)
                try await get(list + "?exclude=" + ids(100_000).joined(separator: ",")).expect(.invalidField)
                try await get(list + "?exclude=7").expect(.invalidField)
                try await get(list + "?seed=9223372036854775807").require(200)
                for bad in ["-1", "9223372036854775808", "1e3", "x", "0.5"] {
                    try await get(list + "?seed=\(bad)").expect(.invalidField, "seed=\(bad)")
                }
            }
        }
    }

    @Test("an address of four megabytes is refused before it is read")
    func longAddress() async throws {
        try await APIFixture.run(.sqlite) { api in
            let child = try await api.family().child
            try await with(api.platform, .live) { client in
                let list = (0..<100_000).map { _ in Video.ID(UUID()).description }.joined(separator: ",")
                let status = try await client.execute(
                    uri: "/v1/recommendations/\(child)?exclude=\(list)",
                    method: .get,
                    headers: Self.authorized
                ) { $0.status }
                #expect(status == .badRequest)
            }
        }
    }

    @Test(
        "in process, ten thousand places and a hundred thousand excluded videos have an answer",
        arguments: Engine.allCases
    )
    func inProcess(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let (family, videos) = try await watching(api)
            let source = api.platform.engine
            let strangers = Set((0..<100_000).map { _ in Video.ID(UUID()) })
            let list = { (limit: Int, excluding: Set<Video.ID>) in
                try await source.recommendations(for: family.child, limit: limit, excluding: excluding).map(\.video)
            }
            let all = try await list(10_000, strangers)
            #expect(Set(all) == Set(videos) && all.count == videos.count)
            #expect(try await list(10_000, strangers.union(videos.dropLast())) == [videos[3]])
            #expect(try await list(10_000, strangers.union(videos)).isEmpty)
            for limit in [0, -1, Int.min] {
                #expect(try await list(limit, []).isEmpty)
                #expect(try await source.neighbours(of: videos[0], limit: limit).isEmpty)
                let home = try await source.home(for: family.child, limit: limit)
                #expect(home.continuations.isEmpty && home.recommendations.isEmpty)
            }
            #expect(try await list(.max, []).count == videos.count)
            #expect(try await source.neighbours(of: videos[0], limit: .max).count == videos.count - 1)
            #expect(try await source.predictedRatings(of: [], by: family.child).isEmpty)
        }
    }

    @Test(
        "a seed repeats what is explored; without one it is the same all day and not for ever",
        arguments: Engine.allCases
    )
    func seeds(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            try await api.publish((1...12).map { SeedVideo("노래 \($0)") })
            try await with(api.platform) { client in
                let list = { (query: String) in
                    try await client.execute(
                        uri: "/v1/recommendations/\(family.child)?n=6\(query)",
                        method: .get,
                        headers: Self.authorized
                    ) { APIAnswer($0) }.require(200).json["items"]
                }
                var lists: Set<JSON> = []
                for seed in 0..<12 {
                    let once = try await list("&seed=\(seed)")
                    #expect(try await list("&seed=\(seed)") == once)
                    lists.insert(once)
                }
                #expect(lists.count > 1)
                var days: Set<JSON> = []
                for _ in 0..<13 {
                    let once = try await list("")
                    api.clock.advance(.minutes(1))
                    #expect(try await list("") == once)
                    days.insert(once)
                    api.clock.advance(.days(1) - .minutes(1))
                }
                #expect(days.count > 1)
            }
        }
    }

    // MARK: Replicas

    @Test("two replicas over one database answer alike, and learn from each other's plays", arguments: Engine.allCases)
    func replicas(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let (family, videos) = try await watching(api)
            let first = api.platform
            let second = Platform(
                settings: first.settings,
                database: first.database,
                clock: first.clock,
                logger: first.logger,
                metrics: first.metrics
            )
            func same() async throws {
                let home = try await first.engine.home(for: family.child, limit: 20)
                #expect(!home.recommendations.isEmpty)
                #expect(try await second.engine.home(for: family.child, limit: 20) == home)
                for video in videos {
                    let near = try await first.engine.neighbours(of: video, limit: 20)
                    #expect(try await second.engine.neighbours(of: video, limit: 20) == near)
                }
                let ratings = try await first.engine.predictedRatings(of: videos, by: family.child)
                #expect(try await second.engine.predictedRatings(of: videos, by: family.child) == ratings)
            }
            try await same()
            // The API tells only the first of a play; the second finds it in the database.
            try await api.watch(videos[3], seconds: 120, state: .ended, in: family)
            try await same()
            try await second.engine.learn(from: family.child)
            try await same()
            try await api.publish("새 노래")
            try await same()
        }
    }

    @Test("a home over HTTP is the home in process", arguments: Engine.allCases)
    func overHTTP(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let (family, videos) = try await watching(api)
            try await with(api.platform, .live) { live in
                let port = try #require(live.port)
                let client: any RecommendationSource = buildRecommenderClient(
                    api.platform,
                    url: "http://127.0.0.1:\(port)",
                    token: Self.token,
                    deadline: .seconds(60)
                )
                let source = api.platform.engine
                let home = try await source.home(for: family.child, limit: 20)
                #expect(try await client.home(for: family.child, limit: 20) == home)
                let list = try await source.recommendations(for: family.child, limit: 3, excluding: [videos[0]])
                #expect(
                    try await client.recommendations(for: family.child, limit: 3, excluding: [videos[0]]) == list
                )
                let near = try await source.neighbours(of: videos[0], limit: 400)
                #expect(try await client.neighbours(of: videos[0], limit: 400) == near)
                try await client.learn(from: family.child)
                #expect(try await client.home(for: family.child, limit: 20) == home)
            }
        }
    }
}
