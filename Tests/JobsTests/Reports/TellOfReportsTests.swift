import Domain
import Jobs
import SQL
import Storage
import TestSupport
import Testing

@Suite("Telling families of their reports")
struct TellOfReportsTests {
    private struct Stopped: Error {}

    /// Guardians of three zones, every third without any watching.
    private struct World {
        let database: any Database
        let store: ReportNoticeStore
        let ids = IdentifierSource(clock: .system)

        init(_ engine: Engine) async throws {
            database = try await engine.makeDatabase()
            store = ReportNoticeStore(database: database, ids: IdentifierSource(clock: .system))
        }

        func addFamilies(_ count: Int, in zone: String, from first: Int, day: String) async throws {
            let ids = ids
            try await database.write { transaction in
                for number in first..<first + count {
                    let (guardian, child): (Guardian.ID, Child.ID) = (ids.next(), ids.next())
                    let lookup: [UInt8] = [UInt8(number & 255), UInt8(number >> 8)]
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
                    guard !number.isMultiple(of: 3) else { continue }
                    try transaction.run(
                        "INSERT INTO watch_day (child_id, day, watched_ms) VALUES (\(child), \(day), 60000)"
                    )
                }
            }
        }

        func run(at now: Instant, batch: Int = 7) async throws -> Int {
            try await TellOfReports(store: store, clock: Clock { now }, batch: batch).run()
        }

        /// What is said, and where it leads.
        func texts() async throws -> Set<String> {
            try await database.read { transaction in
                let rows = try transaction.rows("SELECT title, path FROM message")
                return Set(
                    try rows.map { row in
                        let (title, path): (String, String) = (try row["title"], try row["path"])
                        return "\(title) \(path)"
                    }
                )
            }
        }

        /// Messages by zone and cause.
        func messages() async throws -> [String: Int] {
            try await database.read { transaction in
                var counts: [String: Int] = [:]
                let rows = try transaction.rows(
                    "SELECT g.time_zone, m.cause FROM message m JOIN guardian g ON g.id = m.guardian_id"
                )
                for row in rows {
                    let (zone, cause): (String, String) = (try row["time_zone"], try row["cause"])
                    counts["\(zone) \(cause)", default: 0] += 1
                }
                return counts
            }
        }
    }

    /// Monday 2026-11-23, midnight UTC, and so many hours.
    private static func monday(_ hours: Int64) -> Instant {
        Instant(millisecondsSince1970: 0) + .days(20_780) + .hours(hours)
    }

    @Test("on Monday morning by its own clock, once, and only where something was watched", arguments: Engine.allCases)
    func once(engine: Engine) async throws {
        #expect(Day(of: Self.monday(0)) == Day("2026-11-23"))
        let world = try await World(engine)
        try await world.addFamilies(30, in: "Asia/Seoul", from: 0, day: "2026-11-22")
        try await world.addFamilies(9, in: "America/New_York", from: 30, day: "2026-11-16")
        try await world.addFamilies(9, in: "Europe/Lisbon", from: 39, day: "2026-11-15")
        // Sunday 22:59 UTC is Monday 7:59 in Seoul.
        #expect(try await world.run(at: Self.monday(-1) - .minutes(1)) == 0)
        #expect(try await world.run(at: Self.monday(-1)) == 20)
        #expect(try await world.messages() == ["Asia/Seoul weekly_report:2026-11-16": 20])
        #expect(try await world.texts() == ["지난주 리포트가 준비되었어요 /report?of=2026-11-16"])
        #expect(try await world.run(at: Self.monday(5)) == 0)
        #expect(try await world.run(at: Self.monday(13)) == 6, "eight in the morning in New York")
        #expect(try await world.run(at: Self.monday(14)) == 0, "in Lisbon nothing was watched that week")
        // A week later nothing new was watched.
        #expect(try await world.run(at: Self.monday(7 * 24 + 2)) == 0)
    }

    @Test("a run that comes a day late still tells; one of Wednesday does not", arguments: Engine.allCases)
    func late(engine: Engine) async throws {
        let world = try await World(engine)
        try await world.addFamilies(5, in: "Asia/Seoul", from: 0, day: "2026-11-20")
        #expect(try await world.run(at: Self.monday(2 * 24 - 9)) == 0)
        #expect(try await world.run(at: Self.monday(2 * 24 - 10)) == 3)
    }

    @Test("runs at once, and one that is cut short in the middle, tell nobody twice", arguments: Engine.allCases)
    func atOnce(engine: Engine) async throws {
        let world = try await World(engine)
        try await world.addFamilies(60, in: "Asia/Seoul", from: 0, day: "2026-11-20")
        let now = Self.monday(0)
        let round = try #require(try await world.store.rounds(now: now).first)
        // A run that died after its first families.
        _ = try await world.store.tell(round, after: nil, limit: 7, now: now)
        let told = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<3 { group.addTask { try await world.run(at: now) } }
            return try await group.reduce(0, +)
        }
        #expect(told == 33)
        #expect(try await world.messages() == ["Asia/Seoul weekly_report:2026-11-16": 40])
    }
}
