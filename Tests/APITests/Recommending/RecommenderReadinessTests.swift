import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ranking
import Recommender
import SQL
import ServerKit
import Storage
import Synchronization
import TestSupport
import Testing

@testable import kyck

/// When the recommender says that it can do its work, and what it does while it renews what it keeps.
@Suite("Readiness of the recommender", .timeLimit(.minutes(10)))
struct RecommenderReadinessTests {
    private static let token = "a-token-of-the-service"

    /// Lets database answers pass, or fail, or wait.
    private actor Gate {
        struct Closed: Error {}

        var failing = false
        private var held: String?
        private var waiting: [CheckedContinuation<Void, Never>] = []
        private var arrivals: [CheckedContinuation<Void, Never>] = []
        private(set) var seen: [String] = []

        func pass(_ statements: [String]) async throws {
            seen += statements
            if failing { throw Closed() }
            guard let held, statements.contains(where: { $0.contains(held) }) else { return }
            await withCheckedContinuation { continuation in
                waiting.append(continuation)
                for arrival in arrivals { arrival.resume() }
                arrivals = []
            }
        }

        func fail(_ failing: Bool) { self.failing = failing }

        func hold(_ text: String) { held = text }

        /// Returns once somebody waits.
        func arrival() async {
            if waiting.isEmpty { await withCheckedContinuation { arrivals.append($0) } }
        }

        func open() {
            held = nil
            for continuation in waiting { continuation.resume() }
            waiting = []
        }

        func forget() { seen = [] }
    }

    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }

    /// A recommender that has only just been started, over the database of an API.
    private struct Replica: Sendable {
        let platform: Platform
        let gate = Gate()

        init(_ api: APIFixture) {
            let other = api.platform
            let gate = gate
            platform = Platform(
                settings: other.settings,
                database: WatchedDatabase(api.database) { try await gate.pass($0) },
                clock: other.clock,
                logger: other.logger,
                metrics: other.metrics
            )
        }

        var engine: RecommendationEngine { platform.engine }

        func serve(_ test: @Sendable @escaping (any TestClientProtocol) async throws -> Void) async throws {
            let router = buildRecommenderRouter(
                platform,
                token: RecommenderReadinessTests.token,
                drain: Drain()
            )
            try await Application(router: router, logger: platform.logger).test(.router) { try await test($0) }
        }
    }

    /// What of the service is not ready; nil where it does not say.
    private func missing(_ client: any TestClientProtocol) async throws -> [String]? {
        let answer = try await client.execute(uri: "/ready", method: .get) { APIAnswer($0) }
        if answer.status == 200 { return [] }
        #expect(answer.status == 503)
        return answer.json["errors"].array.compactMap { $0["field"].string }
    }

    private func home(_ client: any TestClientProtocol, of child: Child.ID) async throws -> APIAnswer {
        try await client.execute(
            uri: "/v1/homes/\(child)",
            method: .get,
            headers: [.authorization: "Bearer \(Self.token)"]
        ) { APIAnswer($0) }.require(200)
    }

    /// A model that knows no video, as bytes of a readable one.
    private func save(_ bytes: [UInt8]? = nil, in api: APIFixture) async throws -> Int64 {
        let readable = try TrainedModel(blend: .untrained, videos: []).encoded()
        return try await api.platform.stores.models.save(bytes ?? readable, summary: "{}", now: api.clock.now)
    }

    @Test(
        "not before the catalogue is loaded; without a trained model that is all it needs",
        arguments: Engine.allCases
    )
    func untrained(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            try await api.publish("노래")
            let replica = Replica(api)
            try await replica.serve { client in
                #expect(try await missing(client) == ["catalogue", "model"])
                try await replica.engine.refreshPopularity()
                #expect(try await missing(client) == ["model"])
                #expect(try await replica.engine.refreshModel() == nil)
                #expect(try await missing(client) == [])
                // One that is trained later is loaded while it is ready.
                let version = try await save(in: api)
                #expect(try await missing(client) == [])
                #expect(try await replica.engine.refreshModel() == version)
                #expect(try await missing(client) == [])
            }
        }
    }

    @Test("not before a trained model is loaded, where there is one", arguments: Engine.allCases)
    func trained(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let version = try await save(in: api)
            let replica = Replica(api)
            try await replica.serve { client in
                try await replica.engine.refreshPopularity()
                await replica.gate.fail(true)
                await #expect(throws: Gate.Closed.self) { try await replica.engine.refreshModel() }
                #expect(try await missing(client) == ["model"])
                await replica.gate.fail(false)
                #expect(try await replica.engine.refreshModel() == version)
                #expect(try await missing(client) == [])
            }
        }
    }

    @Test("the API is ready without any of it: a home has its fall-back list")
    func api() async throws {
        try await APIFixture.run(.sqlite) { api in
            _ = try await save([1, 2, 3], in: api)
            let answer = try await api.client.execute(uri: "/ready", method: .get) { APIAnswer($0) }
            #expect(answer.status == 200)
            #expect(await !api.platform.engine.hasModel)
        }
    }

    @Test("while a newer model is loaded it stays ready, and answers from the old one", arguments: Engine.allCases)
    func reload(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let child = try await api.family().child
            try await api.publish([SeedVideo("노래 1"), SeedVideo("노래 2")])
            let first = try await save(in: api)
            let replica = Replica(api)
            try await replica.serve { client in
                try await replica.engine.refreshPopularity()
                #expect(try await replica.engine.refreshModel() == first)
                let before = try await home(client, of: child)
                let second = try await save(in: api)
                await replica.gate.hold("FROM model_part")
                let reload = Task { try await replica.engine.refreshModel() }
                await replica.gate.arrival()
                #expect(try await missing(client) == [])
                #expect(try await home(client, of: child).text == before.text)
                #expect(await replica.engine.modelVersion == first)
                // What is published meanwhile is found meanwhile.
                let new = try await api.publish("새 노래")
                #expect(try await home(client, of: child).text.contains(new.description))
                await replica.gate.open()
                #expect(try await reload.value == second)
                #expect(await replica.engine.modelVersion == second)
                #expect(try await missing(client) == [])
                #expect(try await home(client, of: child).text.contains(new.description))
            }
        }
    }

    @Test("requests without end find an answer while models come one after the other")
    func noGap() async throws {
        try await APIFixture.run(.sqlite) { api in
            let child = try await api.family().child
            let video = try await api.publish("노래")
            _ = try await save(in: api)
            let replica = Replica(api)
            try await replica.engine.refreshPopularity()
            try await replica.engine.refreshModel()
            let isOver = Flag()
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        var answers = 0
                        while answers == 0 || !isOver.isSet.load(ordering: .relaxed) {
                            let home = try await replica.engine.home(for: child, limit: 50)
                            #expect(home.recommendations.map(\.video).contains(video))
                            answers += 1
                        }
                        return answers
                    }
                }
                for _ in 0..<10 {
                    let version = try await save(in: api)
                    try await replica.engine.refreshPopularity()
                    #expect(try await replica.engine.refreshModel() == version)
                    try await api.publish("노래 더")
                }
                isOver.isSet.store(true, ordering: .relaxed)
                #expect(try await group.reduce(0, +) >= 4)
            }
        }
    }

    @Test("a damaged newest model is told once, and the older one makes it ready", arguments: Engine.allCases)
    func damaged(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let readable = try await save(in: api)
            let damaged = try await save([1, 2, 3], in: api)
            let replica = Replica(api)
            try await replica.serve { client in
                try await replica.engine.refreshPopularity()
                let error = await #expect(throws: RecommendationEngine.UnreadableModel.self) {
                    try await replica.engine.refreshModel()
                }
                #expect(error?.version == damaged)
                #expect(try await missing(client) == [])
                #expect(await replica.engine.modelVersion == readable)
                await replica.gate.forget()
                #expect(try await replica.engine.refreshModel() == readable)
                #expect(await !replica.gate.seen.contains { $0.contains("model_part") }, "read once")
            }
        }
    }

    @Test("where no model can be read it is not ready, until one can", arguments: Engine.allCases)
    func onlyDamaged(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            _ = try await save([], in: api)
            let replica = Replica(api)
            try await replica.serve { client in
                try await replica.engine.refreshPopularity()
                await #expect(throws: RecommendationEngine.UnreadableModel.self) {
                    try await replica.engine.refreshModel()
                }
                #expect(try await replica.engine.refreshModel() == nil)
                #expect(try await missing(client) == ["model"])
                let version = try await save(in: api)
                #expect(try await replica.engine.refreshModel() == version)
                #expect(try await missing(client) == [])
            }
        }
    }

    @Test("a database that comes late is not waited for a whole period")
    func late() async throws {
        try await APIFixture.run(.sqlite) { api in
            let replica = Replica(api)
            await replica.gate.fail(true)
            let upkeep = EngineUpkeep(engine: replica.engine, period: .seconds(3_600), logger: api.platform.logger)
            let running = Task { await upkeep.run() }
            while await replica.gate.seen.isEmpty { await Task.yield() }
            try await replica.serve { client in
                let before = try await missing(client)
                #expect(before == ["catalogue", "model"])
                await replica.gate.fail(false)
                while await !replica.engine.hasModel { await Task.yield() }
                let after = try await missing(client)
                #expect(after == [])
            }
            running.cancel()
            await running.value
        }
    }
}
