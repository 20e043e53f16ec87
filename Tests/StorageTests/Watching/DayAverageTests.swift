import Domain
import SQL
import Storage
import TestSupport
import Testing

@Suite("What children of an age watch on a day")
struct DayAverageTests {
    private static let now = Instant(millisecondsSince1970: 1_795_000_000_000)

    private struct World {
        let database: any Database
        let store: AverageStore
        let children: [(id: Child.ID, guardian: Guardian.ID)]
        /// The last day that is over everywhere.
        let last: Day

        init(_ engine: Engine, children count: Int) async throws {
            let database = try await engine.makeDatabase()
            let ids = IdentifierSource(clock: .system)
            let children = (0..<count).map { _ -> (id: Child.ID, guardian: Guardian.ID) in (ids.next(), ids.next()) }
            try await database.write { transaction in
                for (number, child) in children.enumerated() {
                    let lookup: [UInt8] = [UInt8(number), 9]
                    try transaction.run(
                        """
                        INSERT INTO guardian (id, phone_lookup, phone_cipher, phone_key_id, language, time_zone, created_at)
                        VALUES (\(child.guardian), \(lookup), \(lookup), 'k', 'ko', 'Asia/Seoul', 0)
                        """
                    )
                    // Four years old, all of them.
                    try transaction.run(
                        """
                        INSERT INTO child (id, guardian_id, nickname, birth_month, avatar, created_at)
                        VALUES (\(child.id), \(child.guardian), 'n', '2022-03', 'bear', 0)
                        """
                    )
                }
            }
            self.database = database
            self.children = children
            store = AverageStore(database: database)
            last = Day(number: Day(of: DayAverageTests.now).number - 3)
        }

        /// Children so many minutes each, on the day so many days before the last.
        func watch(_ minutes: Int64, by children: Range<Int>, daysBefore: Int64) async throws {
            let day = Day(number: last.number - daysBefore)
            let ids = self.children[children].map(\.id)
            try await database.write { transaction in
                for child in ids {
                    try transaction.run(
                        "INSERT INTO watch_day (child_id, day, watched_ms) VALUES (\(child), \(day), \(Span.minutes(minutes)))"
                    )
                }
            }
        }

        func countAll(limit: Int = 7) async throws -> Int {
            var total = 0
            while true {
                let counted = try await store.countDays(now: DayAverageTests.now, limit: limit)
                if counted == 0 { return total }
                total += counted
            }
        }

        func average(_ group: AgeGroup, _ days: ClosedRange<Int64>) async throws -> BandAverage {
            let range = Day(number: last.number - days.upperBound)...Day(number: last.number - days.lowerBound)
            return try await store.average(of: group, over: range)
        }
    }

    @Test("It is the mean over the children that watched, each day counted once", arguments: Engine.allCases)
    func mean(engine: Engine) async throws {
        let world = try await World(engine, children: 30)
        try await world.watch(30, by: 0..<30, daysBefore: 1)
        try await world.watch(60, by: 0..<20, daysBefore: 0)
        #expect(try await world.average(.four, 0...6) == .unknown, "nothing is counted yet")
        #expect(try await world.countAll() == 50)
        #expect(try await world.countAll() == 0)
        #expect(try await world.average(.four, 1...1) == .average(perDay: .minutes(30), children: 30))
        #expect(try await world.average(.four, 0...6) == .average(perDay: .minutes(42), children: 30))
        #expect(try await world.average(.five, 0...6) == .withheld, "nobody of that age")
        #expect(try await world.average(.four, -9 ... -1) == .unknown, "days to come")
    }

    @Test("Days of too few children tell nothing, alone or among others", arguments: Engine.allCases)
    func tooFew(engine: Engine) async throws {
        let world = try await World(engine, children: BandAverage.minimumChildren)
        try await world.watch(10, by: 0..<BandAverage.minimumChildren, daysBefore: 1)
        try await world.watch(500, by: 0..<(BandAverage.minimumChildren - 1), daysBefore: 0)
        _ = try await world.countAll()
        #expect(try await world.average(.four, 0...0) == .withheld)
        let all = try await world.average(.four, 0...1)
        #expect(all == .average(perDay: .minutes(10), children: BandAverage.minimumChildren))
    }

    @Test("A child that is deleted is taken out of every day", arguments: Engine.allCases)
    func deleted(engine: Engine) async throws {
        let world = try await World(engine, children: 25)
        for day in Int64(0)..<4 { try await world.watch(20, by: 0..<24, daysBefore: day) }
        try await world.watch(70, by: 24..<25, daysBefore: 0)
        // It is not counted, and takes nothing along.
        try await world.watch(70, by: 24..<25, daysBefore: -2)
        _ = try await world.countAll()
        #expect(try await world.average(.four, 0...0) == .average(perDay: .minutes(22), children: 25))
        for place in [24, 0] {
            let child = world.children[place]
            let children = Stores(database: world.database).children
            #expect(try await children.delete(child.id, of: child.guardian, at: "/", now: Self.now))
        }
        #expect(try await world.average(.four, 0...3) == .average(perDay: .minutes(20), children: 23))
        let sums = try await world.database.read { transaction in
            try transaction.rows("SELECT children, watched_ms FROM watch_day_average").map(\.values)
        }
        #expect(sums == Array(repeating: [.integer(23), Span.minutes(23 * 20).sqlValue], count: 4))
    }

    @Test("A day that lasts somewhere, or of which beats may come, waits", arguments: Engine.allCases)
    func open(engine: Engine) async throws {
        let world = try await World(engine, children: 1)
        try await world.watch(20, by: 0..<1, daysBefore: -1)
        #expect(try await world.countAll() == 0)
        #expect(try await world.store.countDays(now: Self.now + .days(1), limit: 10) == 1)
    }

    @Test("A day of another era is an error, and not passed over without end", arguments: Engine.allCases)
    func otherEra(engine: Engine) async throws {
        let world = try await World(engine, children: 1)
        // Of 1862: nobody knows an age then.
        try await world.watch(20, by: 0..<1, daysBefore: 60_000)
        await #expect(throws: DatabaseError.unexpectedValue(column: "day", expected: "a day of this era")) {
            try await world.store.countDays(now: Self.now, limit: 10)
        }
    }
}
