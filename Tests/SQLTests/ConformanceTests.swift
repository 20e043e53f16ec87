import Foundation
import SQL
import TestSupport
import Testing

/// What every store may rely on, whichever engine it runs on.
@Suite struct ConformanceTests {
    static let migrations = [
        Migration(number: 1, name: "things") { dialect in
            [
                """
                CREATE TABLE owner (id TEXT NOT NULL PRIMARY KEY)\(dialect.strict)
                """,
                """
                CREATE TABLE thing (
                    id TEXT NOT NULL PRIMARY KEY,
                    owner_id TEXT REFERENCES owner (id),
                    count \(dialect.integer) NOT NULL DEFAULT 0 CHECK (count >= 0 OR count < -1000),
                    weight \(dialect.real),
                    content \(dialect.bytes),
                    note TEXT
                )\(dialect.strict)
                """,
            ]
        }
    ]

    private static func database(_ engine: Engine) async throws -> any Database {
        try await engine.makeDatabase(migrations: migrations)
    }

    @Test("what was written is read", arguments: Engine.allCases)
    func roundTrip(engine: Engine) async throws {
        let database = try await Self.database(engine)
        let changed = try await database.write { transaction in
            try transaction.run("INSERT INTO thing (id, count) VALUES (\("a"), \(3))")
        }
        #expect(changed == 1)
        let row = try #require(try await database.read { try $0.row("SELECT * FROM thing WHERE id = \("a")") })
        let (id, count): (String, Int) = (try row["id"], try row["count"])
        let note: String? = try row["note"]
        #expect((id, count) == ("a", 3))
        #expect(note == nil)
    }

    @Test("every value comes back as it went in", arguments: Engine.allCases)
    func values(engine: Engine) async throws {
        let database = try await Self.database(engine)
        let texts = ["", "킥킥", "👩‍👧‍👦🦖", "'; DROP TABLE thing; --", "a\nb\t\"c\"", "e\u{301}", "$1 ?1 :a"]
        let integers: [Int64] = [0, 1, -1_001, .max, .min]
        let reals: [Double] = [
            0, -0.5, 0.1, 1e300, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity, .pi,
        ]
        let byteStrings: [[UInt8]] = [
            [], [0], [0, 0, 255, 0], Array(0...255), [UInt8](repeating: 7, count: 1_000_000),
        ]
        for (index, text) in texts.enumerated() {
            try await database.write { try $0.run("INSERT INTO thing (id, note) VALUES (\("t\(index)"), \(text))") }
        }
        for (index, number) in integers.enumerated() {
            try await database.write { try $0.run("INSERT INTO thing (id, count) VALUES (\("i\(index)"), \(number))") }
        }
        for (index, number) in reals.enumerated() {
            try await database.write { try $0.run("INSERT INTO thing (id, weight) VALUES (\("r\(index)"), \(number))") }
        }
        for (index, bytes) in byteStrings.enumerated() {
            try await database.write { try $0.run("INSERT INTO thing (id, content) VALUES (\("b\(index)"), \(bytes))") }
        }
        try await database.read { transaction in
            for (index, text) in texts.enumerated() {
                let read: String? = try transaction.row("SELECT note FROM thing WHERE id = \("t\(index)")")?["note"]
                #expect(read.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
            }
            for (index, number) in integers.enumerated() {
                let read: Int64? = try transaction.row("SELECT count FROM thing WHERE id = \("i\(index)")")?["count"]
                #expect(read == number)
            }
            for (index, number) in reals.enumerated() {
                let read: Double? = try transaction.row("SELECT weight FROM thing WHERE id = \("r\(index)")")?["weight"]
                #expect(read?.bitPattern == number.bitPattern)
            }
            for (index, bytes) in byteStrings.enumerated() {
                let read: [UInt8]? = try transaction.row("SELECT content FROM thing WHERE id = \("b\(index)")")?[
                    "content"
                ]
                #expect(read == bytes)
            }
        }
    }

    @Test("values are found by what they are", arguments: Engine.allCases)
    func comparisons(engine: Engine) async throws {
        let database = try await Self.database(engine)
        try await database.write { transaction in
            for (id, count) in [("a", 1), ("b", 2), ("다", 3)] {
                try transaction.run(
                    "INSERT INTO thing (id, count, weight, content) VALUES (\(id), \(count), \(Double(count)), \([UInt8(count)]))"
                )
            }
        }
        func ids(_ query: Query) async throws -> [String] {
            try await database.read { transaction in
                try transaction.rows(query).map { row in try row["id"] as String }
            }
        }
        #expect(try await ids("SELECT id FROM thing WHERE count > \(1) ORDER BY id") == ["b", "다"])
        #expect(try await ids("SELECT id FROM thing WHERE weight = \(2.0)") == ["b"])
        #expect(try await ids("SELECT id FROM thing WHERE content = \([3] as [UInt8])") == ["다"])
        #expect(try await ids("SELECT id FROM thing WHERE id IN (\(list: ["a", "다"])) ORDER BY id DESC") == ["다", "a"])
        #expect(try await ids("SELECT id FROM thing WHERE id IN (\(list: [String]()))").isEmpty)
        #expect(try await ids("SELECT id FROM thing ORDER BY id LIMIT \(1) OFFSET \(1)") == ["b"])
    }

    @Test("sums and averages are numbers", arguments: Engine.allCases)
    func aggregates(engine: Engine) async throws {
        let database = try await Self.database(engine)
        try await database.write { transaction in
            for count in 1...4 { try transaction.run("INSERT INTO thing (id, count) VALUES (\("\(count)"), \(count))") }
        }
        let row = try #require(
            try await database.read {
                try $0.row(
                    """
                    SELECT count(*) AS n, sum(count) AS total, avg(count) AS mean, sum(weight) AS none,
                        count > 2 AS large FROM thing GROUP BY count > 2 ORDER BY large DESC
                    """
                )
            }
        )
        let (n, total, mean): (Int, Int, Double) = (try row["n"], try row["total"], try row["mean"])
        let (none, isLarge): (Double?, Bool) = (try row["none"], try row["large"])
        #expect((n, total, mean) == (2, 7, 3.5))
        #expect(none == nil)
        #expect(isLarge)
    }

    @Test("null goes in and comes out, and equals nothing", arguments: Engine.allCases)
    func nulls(engine: Engine) async throws {
        let database = try await Self.database(engine)
        let (note, weight, bytes): (String?, Double?, [UInt8]?) = (nil, nil, nil)
        try await database.write {
            try $0.run("INSERT INTO thing (id, note, weight, content) VALUES (\("a"), \(note), \(weight), \(bytes))")
        }
        let row = try #require(try await database.read { try $0.row("SELECT * FROM thing WHERE note IS NULL") })
        #expect(row.values == [.text("a"), .null, .integer(0), .null, .null, .null])
        let equal = try await database.read { try $0.rows("SELECT id FROM thing WHERE note = \(note)") }
        #expect(equal.isEmpty)
        #expect(throws: DatabaseError.unexpectedValue(column: "note", expected: "String")) {
            let _: String = try row["note"]
        }
        #expect(throws: DatabaseError.missingColumn("nothing")) {
            let _: String = try row["nothing"]
        }
    }

    @Test("broken rules have the same names on both engines", arguments: Engine.allCases)
    func constraints(engine: Engine) async throws {
        let database = try await Self.database(engine)
        try await database.write { try $0.run("INSERT INTO thing (id) VALUES ('a')") }
        let cases: [(Query, DatabaseError.Constraint)] = [
            ("INSERT INTO thing (id) VALUES ('a')", .unique),
            ("INSERT INTO thing (id, owner_id) VALUES ('b', 'nobody')", .foreignKey),
            ("INSERT INTO thing (id, count) VALUES ('b', NULL)", .notNull),
            ("INSERT INTO thing (id, count) VALUES ('b', -5)", .check),
            ("UPDATE thing SET count = -5", .check),
        ]
        for (query, expected) in cases {
            let error = await #expect(throws: DatabaseError.self) {
                try await database.write { try $0.run(query) }
            }
            guard case .constraint(let constraint, _) = error else {
                Issue.record("\(query.sql): \(String(describing: error))")
                continue
            }
            #expect(constraint == expected)
        }
        let error = await #expect(throws: DatabaseError.self) {
            try await database.write { try $0.run("INSERT INTO thing (id, count) VALUES ('b', NULL)") }
        }
        #expect(error == .constraint(.notNull, name: "thing.count"))
        #expect(try await Self.count(database) == 1)
    }

    @Test("what cannot be kept is refused before it is sent", arguments: Engine.allCases)
    func refusals(engine: Engine) async throws {
        let database = try await Self.database(engine)
        let many = (0..<10_000).map { "\($0)" }
        await #expect(throws: DatabaseError.tooManyBindings(count: 10_000, limit: Query.maximumBindings)) {
            try await database.read { try $0.rows("SELECT id FROM thing WHERE id IN (\(list: many))") }
        }
        await #expect(throws: DatabaseError.statement(code: "nul", message: "a text value contains a NUL character")) {
            try await database.write { try $0.run("INSERT INTO thing (id) VALUES (\("a\0b"))") }
        }
        await #expect(throws: DatabaseError.statement(code: "nan", message: "a double value is not a number")) {
            try await database.write { try $0.run("INSERT INTO thing (id, weight) VALUES ('a', \(Double.nan))") }
        }
        let most = (0..<Query.maximumBindings).map { "\($0)" }
        let found = try await database.read { try $0.rows("SELECT id FROM thing WHERE id IN (\(list: most))") }
        #expect(found.isEmpty)
    }

    @Test("a wrong type and a wrong statement are mistakes of ours", arguments: Engine.allCases)
    func mistakes(engine: Engine) async throws {
        let database = try await Self.database(engine)
        let queries: [Query] = [
            "INSERT INTO thing (id, count) VALUES ('a', \("three"))", "SELECT nothing FROM thing", "SELEKT 1",
            "SELECT 1; SELECT 2", "",
        ]
        for query in queries {
            let error = await #expect(throws: DatabaseError.self) {
                try await database.write { try $0.run(query) }
            }
            guard case .statement = error else {
                Issue.record("\(query.sql): \(String(describing: error))")
                continue
            }
        }
        #expect(try await Self.count(database) == 0)
    }

    @Test("statements say how many rows they changed", arguments: Engine.allCases)
    func changeCounts(engine: Engine) async throws {
        let database = try await Self.database(engine)
        let counts = try await database.write { transaction in
            [
                try transaction.run("INSERT INTO thing (id) VALUES ('a'), ('b'), ('c')"),
                try transaction.run("INSERT INTO thing (id) VALUES ('a') ON CONFLICT (id) DO NOTHING"),
                try transaction.run(
                    "INSERT INTO thing (id) VALUES ('a') ON CONFLICT (id) DO UPDATE SET note = 'again'"
                ),
                try transaction.run("UPDATE thing SET count = count + 1"),
                try transaction.run("UPDATE thing SET count = 9 WHERE id = 'nothing'"),
                try transaction.run("SELECT id FROM thing"),
                try transaction.run("CREATE TABLE other (id TEXT)"),
                try transaction.run("DELETE FROM thing WHERE id <> 'a'"),
                try transaction.run("DELETE FROM thing RETURNING id"),
            ]
        }
        #expect(counts == [3, 0, 1, 3, 0, 0, 0, 2, 1])
    }

    static func count(_ database: any Database) async throws -> Int {
        try await database.read { try $0.row("SELECT count(*) AS n FROM thing").map { try $0["n"] } ?? -1 }
    }
}
