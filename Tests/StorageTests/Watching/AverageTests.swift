import Domain
import Foundation
import SQL
import Storage
import TestSupport
import Testing

@Suite("Averages over all watching")
struct AverageTests {
    /// A Monday in March; clocks change on its second Sunday in New York.
    private static let start = Instant(millisecondsSince1970: 1_772_409_600_000)
    private static let zones = ["Asia/Seoul", "America/New_York", "Pacific/Apia"]

    /// Families in three zones, videos with none to two areas and topics, and plays written as beats leave them.
    private final class World {
        let database: any Database
        let store: AverageStore
        private var random: SeededGenerator
        private(set) var children: [(id: Child.ID, guardian: Guardian.ID)] = []
        private var videos: [Video.ID] = []
        private let ids = IdentifierSource(clock: .system)

        init(_ engine: Engine, seed: UInt64, children count: Int = 12) async throws {
            database = try await engine.makeDatabase()
            store = AverageStore(database: database)
            random = SeededGenerator(seed: seed)
            for number in 0..<count { children.append(try await addChild(number)) }
            try await addVideos()
        }

        private func addChild(_ number: Int) async throws -> (id: Child.ID, guardian: Guardian.ID) {
            let (child, guardian): (Child.ID, Guardian.ID) = (ids.next(), ids.next())
            let (lookup, zone): ([UInt8], String) = ([UInt8(number), 7], zones[number % zones.count])
            // From two years of age to six; some have a birthday meanwhile.
            let birth = try #require(BirthMonth(year: 2020 + number % 4, month: 1 + number % 12))
            try await database.write { transaction in
                try transaction.run(
                    """
                    INSERT INTO guardian (id, phone_lookup, phone_cipher, phone_key_id, language, time_zone, created_at)
                    VALUES (\(guardian), \(lookup), \(lookup), 'k', 'ko', \(zone), 0)
                    """
                )
                try transaction.run(
                    """
                    INSERT INTO child (id, guardian_id, nickname, birth_month, avatar, created_at)
                    VALUES (\(child), \(guardian), 'n', \(birth), 'bear', 0)
                    """
                )
            }
            return (child, guardian)
        }

        private func addVideos() async throws {
            let labels: [(Label.ID, Label.Kind, String)] = [
                (ids.next(), .area, "nature"), (ids.next(), .area, "art"), (ids.next(), .topic, "공룡"),
                (ids.next(), .topic, "numbers"), (ids.next(), .character, "dragon"),
            ]
            for label in labels {
                try await database.write { transaction in
                    try transaction.run(
                        "INSERT INTO label (id, kind, name, created_at) VALUES (\(label.0), \(label.1), \(label.2), 0)"
                    )
                }
            }
            for number in 0..<10 {
                let video: Video.ID = ids.next()
                videos.append(video)
                let worn = labels.enumerated().filter { (number >> $0.offset) % 2 == 0 }.map(\.element.0)
                try await database.write { transaction in
                    try transaction.run(
                        """
                        INSERT INTO video (id, hosted_path, state, duration_ms, embeddable, made_for_kids, content_hash,
                            created_at, updated_at)
                        VALUES (\(video), \("v\(number).mp4"), 'accepted', 60000, 1, 1, '', 0, 0)
                        """
                    )
                    for label in worn {
                        try transaction.run(
                            "INSERT INTO video_label (video_id, label_id, weight) VALUES (\(video), \(label), 1)"
                        )
                    }
                }
            }
        }

        func number(in range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

        /// Plays that begin in a stretch of time, on a grid of ten minutes: some begin in the same millisecond.
        func play(_ count: Int, from start: Instant, for span: Span) async throws {
            let steps = Int(span.milliseconds / Span.minutes(10).milliseconds)
            let rows = (0..<count).map { _ -> (Play.ID, Child.ID, Video.ID, Instant, Span, Bool) in
                (
                    ids.next(), children[number(in: 0..<children.count)].id, videos[number(in: 0..<videos.count)],
                    start + .minutes(Int64(number(in: 0..<steps)) * 10), .seconds(Int64(number(in: 0..<90))),
                    number(in: 0..<3) == 0
                )
            }
            try await database.write { transaction in
                for (id, child, video, start, watched, isFinished) in rows {
                    try transaction.run(
                        """
                        INSERT INTO play (id, child_id, video_id, surface, started_at, heard_at, made_at, bank_ms,
                            watched_ms, finished)
                        VALUES (\(id), \(child), \(video), 'home', \(start), \(start), \(start), 0, \(watched),
                            \(isFinished))
                        """
                    )
                }
            }
        }

        func leave(_ place: Int) async throws {
            let child = children.remove(at: place)
            let stores = Stores(database: database)
            let deleted = try await stores.children.delete(
                child.id,
                of: child.guardian,
                at: "/",
                now: AverageTests.start
            )
            #expect(deleted)
        }

        func countAll(now: Instant, limit: Int) async throws -> Int {
            var total = 0
            while true {
                let counted = try await store.count(now: now, limit: limit).done
                if counted == 0 { return total }
                total += counted
            }
        }
    }

    /// A cell as it is stored.
    private struct Line: Hashable, Comparable, CustomStringConvertible {
        let key: [String]
        let children: Int
        let plays: Int
        let watched: Int64
        let finished: Int

        static func < (left: Self, right: Self) -> Bool { left.key.lexicographicallyPrecedes(right.key) }
        var description: String { "\(key): \(children) \(plays) \(watched) \(finished)" }
    }

    private static func stored(_ database: any Database) async throws -> [Line] {
        try await database.read { transaction in
            try transaction.rows(
                """
                SELECT hour_of_week, age_group, area, topic, children, plays, watched_ms, finished FROM watch_average
                """
            ).map { row in
                let (hour, group): (Int, Int) = (try row["hour_of_week"], try row["age_group"])
                return Line(
                    key: ["\(hour)", "\(group)", try row["area"], try row["topic"]],
                    children: try row["children"],
                    plays: try row["plays"],
                    watched: try row["watched_ms"],
                    finished: try row["finished"]
                )
            }
        }.sorted()
    }

    /// The same from every play there is that began by then, by another way: Foundation's calendar, one play after the other.
    private static func recounted(_ database: any Database, until end: Instant) async throws -> [Line] {
        struct Sums {
            var children: Set<String> = []
            var (plays, watched, finished): (Int, Int64, Int) = (0, 0, 0)
        }
        let rows = try await database.read { transaction in
            try transaction.rows(
                """
                SELECT p.child_id, p.started_at, p.watched_ms, p.finished, c.birth_month, g.time_zone,
                    coalesce(a.name, '') AS area, coalesce(t.name, '') AS topic
                FROM play p JOIN child c ON c.id = p.child_id JOIN guardian g ON g.id = c.guardian_id
                    LEFT JOIN (SELECT v.video_id, l.name FROM video_label v JOIN label l ON l.id = v.label_id
                        WHERE l.kind = 'area') a ON a.video_id = p.video_id
                    LEFT JOIN (SELECT v.video_id, l.name FROM video_label v JOIN label l ON l.id = v.label_id
                        WHERE l.kind = 'topic') t ON t.video_id = p.video_id
                WHERE p.started_at <= \(end)
                """
            )
        }
        var cells: [[String]: Sums] = [:]
        for row in rows {
            var calendar = Calendar(identifier: .gregorian)
            calendar.timeZone = try #require(TimeZone(identifier: try row["time_zone"]))
            let start: Instant = try row["started_at"]
            let parts = calendar.dateComponents([.year, .month, .weekday, .hour], from: start.date)
            let (year, month) = (try #require(parts.year), try #require(parts.month))
            let (weekday, hour) = (try #require(parts.weekday), try #require(parts.hour))
            let birth: BirthMonth = try row["birth_month"]
            let years = ((year - birth.year) * 12 + month - birth.month - 1) / 12
            let key = [
                "\((weekday + 5) % 7 * 24 + hour)", "\(max(0, min(4, years - 2)))", try row["area"], try row["topic"],
            ]
            let isFinished: Bool = try row["finished"]
            cells[key, default: Sums()].children.insert(try row["child_id"])
            cells[key, default: Sums()].plays += 1
            cells[key, default: Sums()].watched += try row["watched_ms"]
            cells[key, default: Sums()].finished += isFinished ? 1 : 0
        }
        return cells.map { key, sums in
            Line(
                key: key,
                children: sums.children.count,
                plays: sums.plays,
                watched: sums.watched,
                finished: sums.finished
            )
        }.sorted()
    }

    @Test(
        "Whatever is played, counted in whatever batches, and whoever leaves: they are a full recount",
        arguments: Engine.allCases,
        [1, 2, 3] as [UInt64]
    )
    func recount(engine: Engine, seed: UInt64) async throws {
        let world = try await World(engine, seed: seed)
        var now = Self.start
        for round in 0..<12 {
            let span = Span.hours(Int64(world.number(in: 1..<60)))
            try await world.play(world.number(in: 0..<80), from: now, for: span)
            now = now + span
            if round % 4 == 3 { try await world.leave(world.number(in: 0..<world.children.count)) }
            let limit = world.number(in: 1..<30)
            if round % 3 == 2 {
                // Not to the end: the next round goes on.
                _ = try await world.store.count(now: now, limit: limit)
                continue
            }
            _ = try await world.countAll(now: now, limit: limit)
            #expect(try await world.countAll(now: now, limit: limit) == 0, "nothing is counted twice")
            let expected = try await Self.recounted(world.database, until: now - AverageStore.settling)
            #expect(try await Self.stored(world.database) == expected)
            let parts = try await Self.parts(world.database)
            #expect(parts == expected.map(\.children).reduce(0, +))
        }
        _ = try await world.countAll(now: now + .days(2), limit: 1_000)
        let all = try await Self.recounted(world.database, until: now)
        #expect(try await Self.stored(world.database) == all && all.count > 50)
        // Everything anew gives the same.
        #expect(try await world.store.recount(losing: false) == .begun)
        _ = try await world.countAll(now: now + .days(2), limit: 17)
        #expect(try await Self.stored(world.database) == all)
        // With the last child everything goes.
        while !world.children.isEmpty { try await world.leave(0) }
        #expect(try await Self.stored(world.database).isEmpty)
    }

    private static func parts(_ database: any Database) async throws -> Int {
        try await database.read {
            try $0.row("SELECT count(*) AS n FROM watch_average_child").map { try $0["n"] } ?? -1
        }
    }

    @Test("Labels that changed count from a recount on", arguments: Engine.allCases)
    func relabelled(engine: Engine) async throws {
        let world = try await World(engine, seed: 5)
        try await world.play(60, from: Self.start, for: .days(3))
        let now = Self.start + .days(5)
        #expect(try await world.countAll(now: now, limit: 25) == 60)
        try await world.database.write { try $0.run("DELETE FROM video_label") }
        #expect(try await Self.stored(world.database) != Self.recounted(world.database, until: now))
        #expect(try await world.store.recount(losing: false) == .begun)
        _ = try await world.countAll(now: now, limit: 25)
        #expect(try await Self.stored(world.database) == Self.recounted(world.database, until: now))
    }

    @Test("A play counts when it is closed, and not before", arguments: Engine.allCases)
    func closed(engine: Engine) async throws {
        let world = try await World(engine, seed: 6)
        try await world.play(1, from: Self.start, for: .minutes(10))
        let closed = Self.start + AverageStore.settling
        #expect(try await world.store.count(now: closed - Span(milliseconds: 1), limit: 10).done == 0)
        #expect(try await world.store.count(now: closed, limit: 10) == .init(done: 1))
        #expect(AverageStore.settling > PlayLedger.closing)
    }

    @Test("An answer that was lost counts nothing twice", arguments: Engine.allCases)
    func lostAnswer(engine: Engine) async throws {
        let world = try await World(engine, seed: 7)
        try await world.play(60, from: Self.start, for: .days(2))
        let now = Self.start + .days(4)
        let deaf = AverageStore(
            database: WatchedDatabase(world.database) { statements in
                if statements.contains(where: { $0.contains("INSERT INTO watch_average") }) {
                    throw DatabaseError.outcomeUnknown
                }
            }
        )
        await #expect(throws: DatabaseError.outcomeUnknown) { try await deaf.count(now: now, limit: 40) }
        _ = try await world.countAll(now: now, limit: 40)
        #expect(try await Self.stored(world.database) == Self.recounted(world.database, until: now))
    }

    @Test("Two that count at once, such as after a lease ran out, count each play once", arguments: Engine.allCases)
    func together(engine: Engine) async throws {
        let world = try await World(engine, seed: 8)
        try await world.play(300, from: Self.start, for: .days(4))
        let (now, store) = (Self.start + .days(6), world.store)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { while try await store.count(now: now, limit: 9).done > 0 {} } }
            try await group.waitForAll()
        }
        #expect(try await Self.stored(world.database) == Self.recounted(world.database, until: now))
    }

    @Test("A cell of fewer than five children tells nothing", arguments: Engine.allCases)
    func withheld(engine: Engine) async throws {
        let world = try await World(engine, seed: 9, children: 40)
        // One hour of one week, so that cells have many children and few.
        try await world.play(400, from: Self.start + .hours(3), for: .minutes(50))
        _ = try await world.countAll(now: Self.start + .days(3), limit: 1_000)
        let lines = try await Self.stored(world.database)
        var (shown, hidden) = (0, 0)
        for line in lines {
            let (hour, number) = (try #require(Int(line.key[0])), try #require(Int(line.key[1])))
            let group = try #require(AgeGroup(rawValue: number))
            let cell = AverageStore.Cell(
                hourOfWeek: hour,
                ageGroup: group,
                area: CurriculumArea(rawValue: line.key[2]),
                topic: line.key[3].isEmpty ? nil : line.key[3]
            )
            let reading = try await world.store.readings(of: group, hourOfWeek: hour)[cell]
            guard line.children >= 5 else {
                #expect(reading == .withheld)
                hidden += 1
                continue
            }
            shown += 1
            let completion = Double(line.finished) / Double(line.plays)
            let watched = Span(milliseconds: line.watched)
            let expected = AverageStore.Reading.of(
                children: line.children,
                plays: line.plays,
                watched: watched,
                completion: completion
            )
            #expect(reading == expected)
        }
        #expect(shown > 3 && hidden > 3)
    }

    @Test("Old plays go when they are counted, and what they counted stays", arguments: Engine.allCases)
    func removed(engine: Engine) async throws {
        let world = try await World(engine, seed: 10)
        try await world.play(100, from: Self.start, for: .days(2))
        try await world.play(50, from: Self.start + .days(40), for: .days(2))
        let now = Self.start + .days(45)
        let cutoff = now - .days(30)
        #expect(try await world.store.removePlays(before: cutoff, limit: 30) == 0, "none is counted yet")
        _ = try await world.countAll(now: now, limit: 1_000)
        let counted = try await Self.stored(world.database)
        var rounds: [Int] = []
        while true {
            let removed = try await world.store.removePlays(before: cutoff, limit: 30)
            if removed == 0 { break }
            rounds.append(removed)
        }
        #expect(rounds == [30, 30, 30, 10])
        #expect(try await Self.stored(world.database) == counted)
        let left = try await world.database.read { try $0.rows("SELECT id FROM play").count }
        #expect(left == 50)
        guard case .wouldLose(let until) = try await world.store.recount(losing: false) else {
            Issue.record("a recount would lose what is gone, and was begun")
            return
        }
        #expect(until < cutoff)
        #expect(try await world.countAll(now: now, limit: 1_000) == 0)
        #expect(try await Self.stored(world.database) == counted)
        #expect(try await world.store.recount(losing: true) == .begun)
        // They are gone as before: a report that needs them goes on to say so.
        #expect(try await world.store.recount(losing: false) == .wouldLose(playsUntil: until))
        _ = try await world.countAll(now: now, limit: 1_000)
        #expect(try await Self.stored(world.database) == Self.recounted(world.database, until: now))
    }
}
