import Domain
import Jobs
import Ranking
import Recommender
import SQL
import Storage
import Synchronization
import TestSupport
import Testing

@testable import kyck

/// Ranking knows how often our own children watch, and nothing of how often YouTube's users do. No such number is stored; the
/// tests put them beside our columns, as somebody might some day, and see that nothing reads them.
@Suite("Only our own numbers are ranked by")
struct OwnNumbersTests {
    /// Of YouTube's `statistics`, of videos and of channels.
    private static let statistics = [
        "view_count", "like_count", "dislike_count", "favorite_count", "comment_count", "subscriber_count",
        "video_count",
    ]

    /// Everything that ranking answers with, and a trained model.
    private struct Answers: Equatable {
        var homes: [HomeRecommendations] = []
        var lists: [[Domain.Recommendation]] = []
        var ratings: [[Double?]] = []
        var tastes: [[UInt8]?] = []
        var model: [UInt8] = []
        var evaluated: [EvaluationData.Interaction] = []
        var explained: [[String]] = []
    }

    private func answers(_ world: TrainingTests.World, over database: any Database) async throws -> Answers {
        let platform = try TrainingTests.World.platform(over: database)
        let engine = platform.engine
        var answers = Answers()
        _ = try #require(try await buildTraining(platform).run())
        let version = try #require(try await platform.stores.models.versions().first)
        answers.model = try #require(try await platform.stores.models.model(version)).bytes
        try await engine.refreshPopularity()
        try await engine.refreshModel()
        for child in world.children.prefix(3) {
            try await engine.learn(from: child)
            answers.tastes.append(try await platform.stores.history.taste(of: child))
            answers.homes.append(try await engine.home(for: child, limit: 40))
            answers.lists.append(try await engine.recommendations(for: child, limit: 40, excluding: [world.videos[0]]))
            answers.ratings.append(try await engine.predictedRatings(of: world.videos, by: child))
        }
        let own = OwnPlays(training: platform.stores.training)
        answers.evaluated = try await own.read(try await platform.catalogue.current(), minimum: 1).data.interactions
        for video in world.videos.prefix(3) {
            let account = try await explain(.own(video), to: world.children[0], on: platform)
            // Without the head, which names the version of the model.
            answers.explained.append(Array(account.lines.dropFirst(3)))
            answers.lists.append(try await engine.neighbours(of: video, limit: 40))
        }
        return answers
    }

    private func addStatistics(to database: any Database) async throws {
        try await database.write { transaction in
            for table in ["video", "channel"] {
                for column in Self.statistics {
                    let definition = "ALTER TABLE \(table) ADD COLUMN \(column) \(transaction.dialect.integer)"
                    try transaction.run(Query(definition: definition))
                }
            }
        }
    }

    private func setStatistics(of database: any Database, _ values: String) async throws {
        try await database.write { transaction in
            for table in ["video", "channel"] {
                let changes = Self.statistics.map { "\($0) = \(values)" }.joined(separator: ", ")
                try transaction.run(Query(definition: "UPDATE \(table) SET \(changes)"))
            }
        }
    }

    @Test(
        "homes, lists, predictions, tastes and a trained model are the same whatever YouTube counts",
        arguments: Engine.allCases
    )
    func behaviour(engine: Engine) async throws {
        let world = try await TrainingTests.World(engine, children: 24)
        let database = world.platform.database
        try await addStatistics(to: database)
        try await setStatistics(of: database, "0")
        let none = try await answers(world, over: database)
        #expect(none.homes.allSatisfy { $0.recommendations.count == 40 })
        #expect(none.model.count > 1_000)
        #expect(!none.evaluated.isEmpty && none.explained.allSatisfy { $0.count > 10 })
        // Millions, and differently for each video: by the letters of its id.
        try await setStatistics(of: database, "length(replace(replace(id, 'a', ''), '3', '')) * 10000000")
        let many = try await answers(world, over: database)
        #expect(many == none)
    }

    @Test(
        "no statement of training, ranking, learning, evaluating or explaining names them, or takes every column",
        arguments: Engine.allCases
    )
    func statements(engine: Engine) async throws {
        let world = try await TrainingTests.World(engine, children: 24)
        try await addStatistics(to: world.platform.database)
        let recorder = Recorder()
        let watched = WatchedDatabase(world.platform.database) { recorder.add($0) }
        _ = try await answers(world, over: watched)
        let all = recorder.all
        // What the sentence above is about was indeed asked.
        for table in ["video v", "channel", "watched_video", "video_popularity", "taste", "model_part"] {
            #expect(all.contains { $0.contains("FROM \(table)") }, "\(table)")
        }
        for statement in all {
            #expect(!Self.statistics.contains { statement.contains($0) }, "\(statement)")
            #expect(statement.firstMatch(of: /(SELECT|,|\.)\s*\*/) == nil, "\(statement)")
        }
    }

    @Test("the schema has no column for them", arguments: Engine.allCases)
    func schema(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let text = try await SchemaDump.text(of: database)
        #expect(text.contains("made_for_kids"))
        #expect(!Self.statistics.contains { text.contains($0) })
        #expect(text.firstMatch(of: /\b(views|likes|dislikes|comments|subscribers|statistics)\b/) == nil)
    }

    private final class Recorder: Sendable {
        private let statements = Mutex<[String]>([])
        var all: [String] { statements.withLock { $0 } }
        func add(_ more: [String]) { statements.withLock { $0 += more } }
    }
}
