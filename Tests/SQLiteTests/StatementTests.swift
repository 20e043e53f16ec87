import SQL
import SQLite
import Testing

/// Statements are compiled once and run many times, with values bound beside them.
@Suite("Statements of SQLite") struct StatementTests {
    private static func database() async throws -> SQLiteDatabase {
        let database = try SQLiteDatabase.inMemory()
        try await database.write { try $0.run("CREATE TABLE part (id INTEGER PRIMARY KEY, name TEXT) STRICT") }
        return database
    }

    @Test("keep no value of an earlier run")
    func values() async throws {
        let database = try await Self.database()
        let names = ["first, and longer than the others", nil, "", "4"]
        let stored = try await database.write { transaction in
            for (id, name) in names.enumerated() {
                try transaction.run("INSERT INTO part (id, name) VALUES (\(id), \(name))")
            }
            return try transaction.rows("SELECT name FROM part ORDER BY id").map { try $0["name"] as String? }
        }
        #expect(stored == names)
    }

    @Test("run again after they have failed")
    func failure() async throws {
        let database = try await Self.database()
        func insert(_ id: Int) async throws {
            try await database.write { try $0.run("INSERT INTO part (id, name) VALUES (\(id), \("a"))") }
        }
        try await insert(1)
        await #expect(throws: DatabaseError.constraint(.unique, name: "part.id")) { try await insert(1) }
        try await insert(2)
        #expect(try await database.read { try $0.rows("SELECT id FROM part").count } == 2)
    }

    @Test("name the columns the table has now")
    func schema() async throws {
        let database = try await Self.database()
        func row() async throws -> Row? { try await database.read { try $0.row("SELECT * FROM part") } }
        try await database.write { try $0.run("INSERT INTO part (id, name) VALUES (1, 'a')") }
        #expect(try await row()?.values == [.integer(1), .text("a")])
        try await database.write { try $0.run("ALTER TABLE part ADD COLUMN size INTEGER NOT NULL DEFAULT 7") }
        let size: Int? = try await row()?["size"]
        #expect(size == 7)
    }

    @Test("with a placeholder nobody gave a value are refused")
    func placeholder() async throws {
        let database = try await Self.database()
        await #expect(throws: DatabaseError.statement(code: "25", message: "a placeholder without a value")) {
            try await database.read { try $0.rows("SELECT * FROM part WHERE id = $1") }
        }
    }
}
