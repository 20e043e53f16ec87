import PostgreSQL
import SQL
import Synchronization
import Testing

/// What is kept prepared on the server, and what happens when the server knows better.
@Suite struct StatementTests {
    /// A database with one connection, so that every transaction meets what the one before left.
    private static func database(_ fixture: Fixture, preparing count: Int = 256) -> PostgreSQLDatabase {
        fixture.database { configuration in
            configuration.connections = 1
            configuration.preparedStatements = count
        }
    }

    private static func prepared(_ database: PostgreSQLDatabase) async throws -> [String] {
        try await database.read { transaction in
            try transaction.rows("SELECT statement FROM pg_prepared_statements ORDER BY statement").map {
                try $0["statement"]
            }
        }
    }

    @Test func `a statement is prepared when it is met again`() async throws {
        let fixture = try await Fixture()
        let database = Self.database(fixture)
        let text = "INSERT INTO thing (id) VALUES ($1)"
        try await database.insert("a")
        #expect(try await !Self.prepared(database).contains(text))
        try await database.insert("b")
        try await database.insert("c")
        #expect(try await Self.prepared(database).filter { $0 == text }.count == 1)
        #expect(try await database.ids() == ["a", "b", "c"])
        try await database.close()
    }

    @Test func `nothing is prepared where that is turned off`() async throws {
        let fixture = try await Fixture()
        let database = Self.database(fixture, preparing: 0)
        for id in ["a", "b", "c"] { try await database.insert(id) }
        for _ in 0..<3 { #expect(try await database.ids() == ["a", "b", "c"]) }
        #expect(try await Self.prepared(database).isEmpty)
        try await database.close()
    }

    @Test(
        "the server keeps no more statements than the setting allows, and each goes on working",
        arguments: [
            1, 2, 3, 4, 6,
        ]
    )
    func eviction(capacity: Int) async throws {
        let fixture = try await Fixture()
        let database = Self.database(fixture, preparing: capacity)
        for round in 0..<4 {
            for number in 0..<8 {
                // Twice in a row, which prepares it, and again in the next round, when others took its place.
                let columns = Query(definition: (0...number).map { "\($0) AS c\($0)" }.joined(separator: ", "))
                for _ in 0..<2 {
                    let row = try await database.write { transaction in
                        try transaction.run("INSERT INTO thing (id) VALUES (\("\(round)")) ON CONFLICT DO NOTHING")
                        return try transaction.row("SELECT \(columns)")
                    }
                    #expect(row?.values == (0...Int64(number)).map(SQLValue.integer))
                }
            }
        }
        let kept = try await Self.prepared(database).count
        #expect(kept <= capacity)
        #expect(try await database.ids() == ["0", "1", "2", "3"])
        try await database.close()
    }

    @Test func `a null makes another statement of the same text`() async throws {
        let fixture = try await Fixture()
        let database = Self.database(fixture)
        for _ in 0..<3 {
            for value in [nil, Int64.max, nil, 1] {
                let row = try await database.read { try $0.row("SELECT coalesce(\(value), 7) AS answer") }
                #expect(row?.values == [.integer(value ?? 7)])
            }
        }
        try await database.close()
    }

    @Test func `a statement whose columns have changed runs again with the new ones`() async throws {
        let fixture = try await Fixture()
        let other = fixture.database { $0.connections = 1 }
        let database = Self.database(fixture)
        try await database.insert("a")
        let all = Query("SELECT * FROM thing ORDER BY id")
        for _ in 0..<3 {
            #expect(try await database.read { try $0.rows(all) }.first?.values == [.text("a"), .integer(0)])
        }
        let more: Query = "INSERT INTO thing (id) VALUES ('b') ON CONFLICT (id) DO UPDATE SET count = 0 RETURNING *"
        for _ in 0..<3 { _ = try await database.write { try $0.row(more) } }

        try await other.write { try $0.run("ALTER TABLE thing ADD COLUMN name TEXT NOT NULL DEFAULT 'x'") }
        let runs = Mutex(0)
        let row = try await database.read { transaction in
            runs.withLock { $0 += 1 }
            return try transaction.row(all)
        }
        #expect(row?.values == [.text("a"), .integer(0), .text("x")])
        #expect(runs.withLock(\.self) == 2)

        // Both are prepared anew, and the next change finds a write that has done something before it.
        for _ in 0..<3 { _ = try await database.write { try $0.row(more) } }
        try await other.write { try $0.run("ALTER TABLE thing ALTER COLUMN count TYPE TEXT") }
        let written = try await database.write { transaction in
            try transaction.run("INSERT INTO thing (id) VALUES ('c')")
            return try transaction.row(more)
        }
        #expect(written?.values == [.text("b"), .text("0"), .text("x")])
        #expect(try await database.ids() == ["a", "b", "c"])
        try await other.close()
        try await database.close()
    }

    @Test func `every connection of a pool gets over a change of the schema`() async throws {
        let fixture = try await Fixture()
        let other = fixture.database { $0.connections = 1 }
        let database = fixture.database { $0.connections = 4 }
        @Sendable func everywhere() async throws -> Set<Int> {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<64 {
                    group.addTask {
                        try await database.read { transaction in
                            _ = try transaction.rows("SELECT pg_sleep(0.001)")
                            return try transaction.row("SELECT * FROM thing")?.values.count ?? 0
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.insert($1) }
            }
        }
        try await other.insert("a")
        #expect(try await everywhere() == [2])
        try await other.write { try $0.run("ALTER TABLE thing ADD COLUMN name TEXT") }
        #expect(try await everywhere() == [3])
        try await other.close()
        try await database.close()
    }

    @Test func `statements that are gone from the server are prepared anew`() async throws {
        let fixture = try await Fixture()
        let database = Self.database(fixture)
        for id in ["a", "b", "c"] { try await database.insert(id) }
        try await database.runAlone("DEALLOCATE ALL")
        try await database.insert("d")
        // In the middle of a transaction, which is undone first.
        let runs = Mutex(0)
        for _ in 0..<3 { try await database.insert("e\(runs.withLock { $0 += 1; return $0 })") }
        try await database.write { transaction in
            try transaction.run("UPDATE thing SET count = count + 1")
            if runs.withLock({
                $0 += 1; return $0
            }) == 4 {
                try transaction.run("DEALLOCATE ALL")
            }
            try transaction.run("INSERT INTO thing (id) VALUES (\("f"))")
        }
        #expect(runs.withLock(\.self) == 5)
        let counts = try await database.read { try $0.rows("SELECT DISTINCT count FROM thing ORDER BY count") }
        #expect(counts.map(\.values) == [[.integer(0)], [.integer(1)]])
        #expect(try await database.ids() == ["a", "b", "c", "d", "e1", "e2", "e3", "f"])
        try await database.close()
    }

    @Test func `what PostgreSQL does not support is an error, prepared or not`() async throws {
        let fixture = try await Fixture()
        let database = Self.database(fixture)
        for _ in 0..<4 {
            let error = await #expect(throws: DatabaseError.self) {
                try await database.read {
                    try $0.rows("SELECT count(*) OVER () FROM thing GROUP BY id FOR UPDATE")
                }
            }
            guard case .statement(code: "0A000", message: _) = error else {
                Issue.record("not 0A000: \(String(describing: error))")
                return
            }
        }
        #expect(try await database.ids().isEmpty)
        try await database.close()
    }

    @Test func `a new connection starts with nothing prepared`() async throws {
        let fixture = try await Fixture()
        let observer = fixture.database { $0.connections = 1 }
        let database = Self.database(fixture)
        for id in ["a", "b", "c"] { try await database.insert(id) }
        for _ in 0..<3 { _ = try await database.ids() }
        let ended = try await fixture.eachBackend(where: "true", do: "pg_terminate_backend", through: observer)
        #expect(ended == 1)
        try await fixture.waitForBackends(0, where: "true", through: observer)
        try await database.insert("d")
        #expect(try await database.ids() == ["a", "b", "c", "d"])
        try await observer.close()
        try await database.close()
    }
}
