import Domain
import Jobs
import SQL
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("Renewing tastes")
struct RenewTastesTests {
    private static let now = Instant(millisecondsSince1970: 1_795_000_000_000)

    /// When a child watched last, and when its taste was reckoned; nil where neither happened.
    private struct Case {
        let name: String
        let watched: Span?
        let learnt: Span?
        let isStale: Bool
    }

    private static let cases = [
        Case(name: "never learnt", watched: .days(90), learnt: nil, isStale: true),
        Case(name: "missed a play", watched: .hours(2), learnt: .hours(3), isStale: true),
        Case(name: "may be told yet", watched: .minutes(59), learnt: .hours(3), isStale: false),
        Case(name: "up to date", watched: .hours(3), learnt: .hours(3), isStale: false),
        Case(name: "a week old", watched: .days(30), learnt: .days(7), isStale: true),
        Case(name: "not quite a week old", watched: .days(30), learnt: .days(6), isStale: false),
        Case(name: "from tomorrow", watched: .hours(2), learnt: .days(-1), isStale: true),
        Case(name: "watched nothing", watched: nil, learnt: nil, isStale: false),
    ]

    /// Keeps whom it was to learn from, as the recommender does; until it is told to fail.
    private final class Source: RecommendationSource {
        struct Unreachable: Error {}

        private let history: HistoryStore
        private let children = Mutex<[Child.ID]>([])
        private let failsAfter: Int

        init(_ history: HistoryStore, failsAfter: Int = .max) {
            self.history = history
            self.failsAfter = failsAfter
        }

        var learntFrom: [Child.ID] { children.withLock { $0 } }

        func learn(from child: Child.ID) async throws {
            if learntFrom.count == failsAfter { throw Unreachable() }
            try await history.saveTaste([1], of: child, now: RenewTastesTests.now)
            children.withLock { $0.append(child) }
        }

        func recommendations(
            for child: Child.ID,
            limit: Int,
            excluding: Set<Video.ID>
        ) async throws -> [Recommendation] { [] }

        func home(for child: Child.ID, limit: Int) async throws -> HomeRecommendations {
            HomeRecommendations(continuations: [], recommendations: [])
        }

        func neighbours(of video: Video.ID, limit: Int) async throws -> [Recommendation] { [] }
    }

    /// `copies` children of each case, by name.
    private static func database(_ engine: Engine, copies: Int = 1) async throws -> (any Database, [Child.ID: String]) {
        let database = try await engine.makeDatabase()
        let ids = IdentifierSource(clock: .system)
        let (guardian, video): (Guardian.ID, Video.ID) = (ids.next(), ids.next())
        let children: [(Child.ID, Case)] = (0..<copies).flatMap { _ in cases.map { (ids.next(), $0) } }
        try await database.write { transaction in
            let lookup: [UInt8] = [1]
            try transaction.run(
                """
                INSERT INTO guardian (id, phone_lookup, phone_cipher, phone_key_id, language, time_zone, created_at)
                VALUES (\(guardian), \(lookup), \(lookup), 'k', 'ko', 'Asia/Seoul', 0)
                """
            )
            try transaction.run(
                """
                INSERT INTO video (id, hosted_path, state, duration_ms, embeddable, made_for_kids, content_hash,
                    created_at, updated_at)
                VALUES (\(video), 'v.mp4', 'accepted', 60000, 1, 1, '', 0, 0)
                """
            )
            for (child, one) in children {
                try transaction.run(
                    """
                    INSERT INTO child (id, guardian_id, nickname, birth_month, avatar, created_at)
                    VALUES (\(child), \(guardian), 'n', '2022-03', 'bear', 0)
                    """
                )
                if let watched = one.watched {
                    try transaction.run(
                        """
                        INSERT INTO watched_video (child_id, video_id, plays, watched_ms, position_ms, last_watched_at)
                        VALUES (\(child), \(video), 1, 60000, 0, \(now - watched))
                        """
                    )
                }
                if let learnt = one.learnt {
                    let vector: [UInt8] = [0]
                    try transaction.run(
                        "INSERT INTO taste (child_id, vector, updated_at) VALUES (\(child), \(vector), \(now - learnt))"
                    )
                }
            }
        }
        return (database, Dictionary(uniqueKeysWithValues: children.map { ($0, $1.name) }))
    }

    @Test("Tastes that miss a play, are a week old or from the future are renewed, once", arguments: Engine.allCases)
    func stale(engine: Engine) async throws {
        let (database, names) = try await Self.database(engine)
        let history = HistoryStore(database: database)
        let source = Source(history)
        let job = RenewTastes(history: history, recommendations: source, clock: Clock { Self.now })
        let stale = Self.cases.filter(\.isStale).map(\.name)
        #expect(try await job.run() == stale.count)
        #expect(Set(source.learntFrom.compactMap { names[$0] }) == Set(stale))
        #expect(try await job.run() == 0)
        let later = RenewTastes(history: history, recommendations: source, clock: Clock { Self.now + .minutes(1) })
        #expect(try await later.run() == 1, "now it is an hour since the newest play")
    }

    @Test("Cut short, the next run goes on with those that are left, however many pages", arguments: Engine.allCases)
    func resumed(engine: Engine) async throws {
        let (database, _) = try await Self.database(engine, copies: 150)
        let history = HistoryStore(database: database)
        let failing = Source(history, failsAfter: 400)
        let clock = Clock { Self.now }
        await #expect(throws: Source.Unreachable.self) {
            try await RenewTastes(history: history, recommendations: failing, clock: clock).run()
        }
        let stale = 150 * Self.cases.filter(\.isStale).count
        let source = Source(history)
        let job = RenewTastes(history: history, recommendations: source, clock: clock)
        #expect(try await job.run() == stale - 400)
        #expect(Set(failing.learntFrom).isDisjoint(with: source.learntFrom))
    }
}
