import PostgreSQL
import SQL
import Testing

/// BEGIN travels with the first statement, and nobody waits for the end of a read.
@Suite struct RoundTripTests {
    private static func database(_ fixture: Fixture) -> PostgreSQLDatabase {
        fixture.database { $0.connections = 1 }
    }

    @Test func `a first statement that fails undoes its transaction and leaves the connection fit`() async throws {
        let fixture = try await Fixture()
        let database = Self.database(fixture)
        let first = try await Self.process(of: database)
        for _ in 0..<3 {
            let unknown = await #expect(throws: DatabaseError.self) {
                try await database.write { try $0.run("INSERT INTO nowhere (id) VALUES (1)") }
            }
            guard case .statement(code: "42P01", message: _) = unknown else {
                Issue.record("not 42P01: \(String(describing: unknown))")
                return
            }
            await #expect(throws: DatabaseError.self) { try await database.read { try $0.rows("SELEC 1") } }
            await #expect(throws: DatabaseError.constraint(.notNull, name: "thing.id")) {
                try await database.write { try $0.run("INSERT INTO thing (id) VALUES (\(nil as String?))") }
            }
        }
        try await database.insert("a")
        #expect(try await database.ids() == ["a"])
        #expect(try await Self.process(of: database) == first)
        try await database.close()
    }

    @Test func `a first statement that fails spoils the transaction even when its error is swallowed`() async throws {
        let fixture = try await Fixture()
        let database = Self.database(fixture)
        await #expect(throws: DatabaseError.self) {
            try await database.write { transaction in
                _ = try? transaction.run("INSERT INTO nowhere (id) VALUES (1)")
                _ = try? transaction.run("INSERT INTO thing (id) VALUES ('a')")
            }
        }
        #expect(try await database.ids().isEmpty)
        try await database.close()
    }

    @Test func `reads and writes take turns on one connection, each of its own kind`() async throws {
        let fixture = try await Fixture()
        let database = Self.database(fixture)
        let kind = Query(
            """
            SELECT current_setting('transaction_isolation') AS isolation, current_setting('transaction_read_only') AS only,
                pg_backend_pid() AS process
            """
        )
        let first = try await Self.process(of: database)
        for _ in 0..<4 {
            let read = try await database.read { try $0.row(kind) }
            #expect(read?.values == [.text("repeatable read"), .text("on"), .integer(first)])
            let write = try await database.write { try $0.row(kind) }
            #expect(write?.values == [.text("read committed"), .text("off"), .integer(first)])
            try await database.runAlone("VACUUM thing")
        }
        try await database.close()
    }

    @Test func `a read that is over has ended on the server`() async throws {
        let fixture = try await Fixture()
        let observer = fixture.database { $0.connections = 1 }
        let database = fixture.database()
        for _ in 0..<3 { #expect(try await database.ids().isEmpty) }
        try await fixture.waitForBackends(
            0,
            where: "state <> 'idle' AND backend_type = 'client backend'",
            through: observer
        )
        // Its lock on the table is gone too.
        try await observer.write { try $0.run("ALTER TABLE thing ADD COLUMN name TEXT") }
        try await observer.close()
        try await database.close()
    }

    @Test func `all statements of a read see one snapshot`() async throws {
        let fixture = try await Fixture()
        let other = Self.database(fixture)
        let database = Self.database(fixture)
        for _ in 0..<3 { _ = try await database.ids() }
        try await other.insert("a")
        let isRead = AsyncStream<Void>.makeStream()
        let isWritten = Gate()
        let reading = Task {
            try await database.read { transaction in
                let before = try transaction.rows("SELECT id FROM thing ORDER BY id").count
                isRead.continuation.finish()
                isWritten.wait()
                return [before, try transaction.rows("SELECT id FROM thing ORDER BY id").count]
            }
        }
        for await _ in isRead.stream {}
        try await other.insert("b")
        isWritten.open()
        #expect(try await reading.value == [1, 1])
        #expect(try await database.ids() == ["a", "b"])
        try await other.close()
        try await database.close()
    }

    @Test func `a closure without a statement begins nothing, and leaves nothing to the next`() async throws {
        let fixture = try await Fixture()
        let database = Self.database(fixture)
        let answer = try await database.write { _ in 7 }
        #expect(answer == 7)
        struct Refusal: Error {}
        await #expect(throws: Refusal.self) { try await database.read { _ in throw Refusal() } }
        try await database.runAlone("VACUUM thing")
        try await database.insert("a")
        #expect(try await database.ids() == ["a"])
        try await database.close()
    }

    @Test func `a closure that ends its own transaction is told so`() async throws {
        let fixture = try await Fixture()
        let database = Self.database(fixture)
        for end: Query in ["COMMIT", "ROLLBACK"] {
            for _ in 0..<3 {
                await #expect(throws: DatabaseError.self) { try await database.write { try $0.run(end) } }
                await #expect(throws: DatabaseError.self) { try await database.read { try $0.run(end) } }
            }
        }
        try await database.insert("a")
        #expect(try await database.ids() == ["a"])
        try await database.close()
    }

    private static func process(of database: PostgreSQLDatabase) async throws -> Int64 {
        try await database.read { try $0.row("SELECT pg_backend_pid() AS process").map { try $0["process"] } ?? 0 }
    }
}
