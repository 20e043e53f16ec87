import Domain
import Foundation
import Jobs
import Logging
import Recommender
import SQL
import Storage
import Telemetry
import TestSupport
import Testing

@testable import kyck

/// From what children watched to a home that knows it, over a real database.
@Suite("Training on our own plays")
struct TrainingTests {
    private static let now = Instant(millisecondsSince1970: 1_795_435_200_000)
    private static let minute = Span.minutes(1).milliseconds

    /// Forty videos without a label, the even ones liked by every even child, the odd ones by every odd child.
    struct World {
        let platform: Platform
        let children: [Child.ID]
        let videos: [Video.ID]

        init(_ engine: Engine, children count: Int = 60) async throws {
            let database = try await engine.makeDatabase()
            platform = try Self.platform(over: database)
            let ids = platform.ids
            let guardian: Guardian.ID = ids.next()
            children = (0..<count).map { _ in ids.next() }
            videos = (0..<40).map { _ in ids.next() }
            let (children, videos, now) = (children, videos, TrainingTests.now)
            try await database.write { transaction in
                try transaction.run(
                    """
                    INSERT INTO guardian (id, phone_lookup, phone_cipher, phone_key_id, language, time_zone, created_at)
                    VALUES (\(guardian), \([UInt8](1...32)), \([UInt8](1...32)), 'e1', 'ko', 'Asia/Seoul', \(now))
                    """
                )
                for (number, child) in children.enumerated() {
                    try transaction.run(
                        """
                        INSERT INTO child (id, guardian_id, nickname, birth_month, avatar, created_at)
                        VALUES (\(child), \(guardian), \("child \(number)"), '2022-05', 'fox', \(now))
                        """
                    )
                }
                for (number, video) in videos.enumerated() {
                    try transaction.run(
                        """
                        INSERT INTO video (id, hosted_path, state, own_title_ko, own_title_en, duration_ms, embeddable,
                            made_for_kids, age_min, age_max, content_hash, published_at, created_at, updated_at)
                        VALUES (\(video), \("clip-\(number).mp4"), 'published', \("영상 \(number)"), \("clip \(number)"),
                            \(TrainingTests.minute), 1, 1, 0, 12, \("\(number)"), \(now), \(now), \(now))
                        """
                    )
                }
                try transaction.run("UPDATE catalogue_version SET version = version + 1 WHERE id = 1")
                var random = SeededGenerator(seed: 5)
                for (number, child) in children.enumerated() {
                    let liked = videos.indices.filter { $0 % 2 == number % 2 }.shuffled(using: &random).prefix(10)
                    for (place, video) in liked.enumerated() {
                        try transaction.run(
                            """
                            INSERT INTO watched_video (child_id, video_id, plays, watched_ms, position_ms, last_watched_at)
                            VALUES (\(child), \(videos[video]), 1, \(TrainingTests.minute), 0,
                                \(now - .hours(Int64(place + 1))))
                            """
                        )
                    }
                }
            }
        }

        /// A process that has only just been started.
        static func platform(over database: any Database) throws -> Platform {
            Platform(
                settings: try Settings.inMemory(),
                database: database,
                clock: Clock { TrainingTests.now },
                logger: Logger(label: "test"),
                metrics: PrometheusMetrics()
            )
        }

        func train() async throws -> TrainModel.Summary? { try await buildTraining(platform).run() }
    }

    @Test(
        "A home after training holds what children alike watched, without a label to go by",
        arguments: Engine.allCases
    )
    func learns(engine: Engine) async throws {
        let world = try await World(engine)
        #expect(try await world.platform.engine.refreshModel() == nil)
        let summary = try #require(try await world.train())
        #expect(summary.children == 60)
        #expect(summary.videos == 40)
        #expect(summary.leftOut == 0)
        #expect(summary.figure > summary.popularity)
        #expect(try await world.platform.engine.refreshModel() == 1)
        let places = Dictionary(uniqueKeysWithValues: world.videos.enumerated().map { ($1, $0) })
        for number in [0, 1] {
            let child = world.children[number]
            let watched = Set(try await world.platform.stores.history.watched(by: child, limit: 100).map(\.video))
            let offered = try await world.platform.engine.recommendations(for: child, limit: 40, excluding: watched)
            let first = offered.prefix(5).compactMap { places[$0.video] }
            #expect(first.count == 5)
            #expect(first.filter { $0 % 2 == number }.count >= 4, "\(first)")
            let because = try #require(offered.first?.because)
            #expect(watched.contains(because), "the reason names a watched video")
        }
    }

    @Test("A newer model takes the place of the old one, and two are kept", arguments: Engine.allCases)
    func versions(engine: Engine) async throws {
        let world = try await World(engine)
        for version in Int64(1)...3 {
            _ = try #require(try await world.train())
            #expect(try await world.platform.engine.refreshModel() == version)
        }
        let kept: [Int64] = try await world.platform.database.read { transaction in
            try transaction.rows("SELECT version FROM model ORDER BY version").map { try $0["version"] }
        }
        #expect(kept == [2, 3])
    }

    @Test("A damaged model is passed over and the old one serves on", arguments: Engine.allCases)
    func damaged(engine: Engine) async throws {
        let world = try await World(engine)
        _ = try #require(try await world.train())
        #expect(try await world.platform.engine.refreshModel() == 1)
        _ = try await world.platform.stores.models.save([1, 2, 3], summary: "{}", now: Self.now)
        await #expect(throws: (any Error).self) { try await world.platform.engine.refreshModel() }
        let offered = try await world.platform.engine.recommendations(
            for: world.children[0],
            limit: 10,
            excluding: []
        )
        #expect(offered.count == 10)
    }

    @Test("A training that is cut short ends, and keeps nothing", arguments: Engine.allCases)
    func cutShort(engine: Engine) async throws {
        let world = try await World(engine)
        let training = Task {
            try await buildTraining(world.platform).run { _ in withUnsafeCurrentTask { $0?.cancel() } }
        }
        await #expect(throws: (any Error).self) { try await training.value }
        #expect(try await world.platform.stores.models.versions().isEmpty)
    }

    @Test("Too few children teach nothing, and nothing is stored", arguments: Engine.allCases)
    func tooFew(engine: Engine) async throws {
        let world = try await World(engine, children: 5)
        #expect(try await world.train() == nil)
        #expect(try await world.platform.stores.models.versions().isEmpty)
    }

    @Test("What does not fit in memory is left to labels and popularity", arguments: Engine.allCases)
    func bounded(engine: Engine) async throws {
        let world = try await World(engine)
        var limits = TrainModel.Limits()
        limits.memory = 100_000
        let summary = try #require(try await buildTraining(world.platform, limits: limits).run())
        #expect(summary.videos > 0)
        #expect(summary.leftOut > 0)
        #expect(summary.videos + summary.leftOut == 40)
    }
}
