import Domain
import InMemoryLogging
import Jobs
import Logging
import SQL
import Storage
import TestSupport
import Testing

@Suite("Counting and removing plays by the clock")
struct AggregateWatchingTests {
    private static let now = Instant(millisecondsSince1970: 1_795_000_000_000)

    /// A child with a play on each of the last so many days, at this hour.
    private static func database(_ engine: Engine, days: Int64) async throws -> any Database {
        let database = try await engine.makeDatabase()
        try await addFamily(to: database, days: days, number: 1)
        return database
    }

    private static func addFamily(
        to database: any Database,
        days: Int64,
        number: UInt8,
        zone: String = "Asia/Seoul"
    ) async throws {
        let ids = IdentifierSource(clock: .system)
        let (guardian, child, video): (Guardian.ID, Child.ID, Video.ID) = (ids.next(), ids.next(), ids.next())
        try await database.write { transaction in
            let (lookup, path): ([UInt8], String) = ([number], "v\(number).mp4")
            try transaction.run(
                """
                INSERT INTO guardian (id, phone_lookup, phone_cipher, phone_key_id, language, time_zone, created_at)
                VALUES (\(guardian), \(lookup), \(lookup), 'k', 'ko', \(zone), 0)
                """
            )
            try transaction.run(
                """
                INSERT INTO child (id, guardian_id, nickname, birth_month, avatar, created_at)
                VALUES (\(child), \(guardian), 'n', '2022-03', 'bear', 0)
                """
            )
            try transaction.run(
                """
                INSERT INTO video (id, hosted_path, state, duration_ms, embeddable, made_for_kids, content_hash,
                    created_at, updated_at)
                VALUES (\(video), \(path), 'accepted', 60000, 1, 1, '', 0, 0)
                """
            )
            for day in 0..<days {
                let (start, play): (Instant, Play.ID) = (now - .days(day), ids.next())
                try transaction.run(
                    """
                    INSERT INTO play (id, child_id, video_id, surface, started_at, heard_at, made_at, bank_ms, watched_ms)
                    VALUES (\(play), \(child), \(video), 'home', \(start), \(start), \(start), 0, 30000)
                    """
                )
                try transaction.run(
                    "INSERT INTO watch_day (child_id, day, watched_ms) VALUES (\(child), \(Day(of: start)), 30000)"
                )
            }
        }
    }

    private static func count(
        _ store: AverageStore,
        at now: Instant = Self.now,
        log: InMemoryLogHandler = InMemoryLogHandler()
    ) async throws -> Int {
        let logger = Logger(label: "test") { _ in log }
        return try await AggregateWatching(store: store, clock: Domain.Clock { now }, logger: logger).run()
    }

    private static func plays(_ database: any Database) async throws -> Int {
        try await database.read { try $0.row("SELECT count(*) AS n FROM play").map { try $0["n"] } ?? -1 }
    }

    @Test("An hourly run counts what is over, and the next one what is over since", arguments: Engine.allCases)
    func increments(engine: Engine) async throws {
        let database = try await Self.database(engine, days: 50)
        let store = AverageStore(database: database)
        func run(_ now: Instant) async throws -> Int {
            try await Self.count(store, at: now)
        }
        // Not yesterday's play, which is 24 hours old; not the days that last somewhere.
        #expect(try await run(Self.now) == 48 + 47)
        #expect(try await run(Self.now + .hours(1)) == 0)
        #expect(try await run(Self.now + .hours(2)) == 1 + 1)
        #expect(try await run(Self.now + .days(4)) == 1 + 2)
        #expect(try await run(Self.now + .days(400)) == 0)
    }

    @Test("Plays older than they are kept go, once they are counted; days stay", arguments: Engine.allCases)
    func retention(engine: Engine) async throws {
        let database = try await Self.database(engine, days: 50)
        let store = AverageStore(database: database)
        let removal = RemoveOldPlays(store: store, retention: .days(30), clock: Domain.Clock { Self.now })
        #expect(try await removal.run() == 0, "nothing is counted")
        _ = try await Self.count(store)
        #expect(try await removal.run() == 19)
        #expect(try await removal.run() == 0)
        #expect(try await Self.plays(database) == 31)
        let days = try await database.read { try $0.rows("SELECT day FROM watch_day").count }
        #expect(days == 50)
        let sums = try await database.read { transaction in
            try transaction.row("SELECT CAST(sum(plays) AS BIGINT) AS plays FROM watch_average")
        }
        #expect(try sums?["plays"] == 48)
    }

    @Test(
        "Plays of a family whose time zone is not known here are in no average, and keep nobody else's waiting",
        arguments: Engine.allCases
    )
    func unknownZone(engine: Engine) async throws {
        let database = try await Self.database(engine, days: 50)
        try await Self.addFamily(to: database, days: 40, number: 2, zone: "Mars/Olympus")
        let (store, log) = (AverageStore(database: database), InMemoryLogHandler())
        #expect(try await Self.count(store, log: log) == 48 + 38 + 47 + 37)
        let sums = try await database.read { transaction in
            try transaction.row(
                "SELECT CAST(sum(plays) AS BIGINT) AS plays, max(children) AS children FROM watch_average"
            )
        }
        #expect(try sums?["plays"] == 48)
        #expect(try sums?["children"] == 1)
        #expect(log.entries.map(\.level) == [.warning])
        #expect(log.entries.map(\.metadata) == [["plays": "38"]])
        // Nobody is told twice, and what is old goes, whether it could be counted or not.
        #expect(try await Self.count(store, log: log) == 0)
        #expect(log.entries.count == 1)
        let removal = RemoveOldPlays(store: store, retention: .days(30), clock: Domain.Clock { Self.now })
        #expect(try await removal.run() == 19 + 9)
    }
}
