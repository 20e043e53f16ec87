import Foundation
import SQL
import Storage
import TestSupport
import Testing

/// The schema as the engines understood it. After a deliberate change: `KYCK_UPDATE_GOLDEN=1 swift test --filter Schema`.
@Suite struct SchemaTests {
    private static func golden(_ engine: Engine) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/schema-\(engine.rawValue).sql")
    }

    @Test("the schema is the golden file", arguments: Engine.allCases)
    func golden(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let text = try await SchemaDump.text(of: database)
        if ProcessInfo.processInfo.environment["KYCK_UPDATE_GOLDEN"] == "1" {
            try text.write(to: Self.golden(engine), atomically: true, encoding: .utf8)
        }
        let golden = try String(contentsOf: Self.golden(engine), encoding: .utf8)
        let (lines, expected) = (text.split(separator: "\n"), golden.split(separator: "\n"))
        for (number, pair) in zip(lines, expected).enumerated() where pair.0 != pair.1 {
            Issue.record("line \(number + 1): \(pair.0) instead of \(pair.1)")
            return
        }
        #expect(text == golden)
    }

    @Test("a table has at most four indexes, the primary key's included", arguments: Engine.allCases)
    func indexes(engine: Engine) async throws {
        let counts = try await SchemaDump.indexCounts(of: try await engine.makeDatabase())
        #expect(counts.count > 20)
        for (table, count) in counts.sorted(by: { $0.key < $1.key }) {
            #expect((1...4).contains(count) || (engine == .sqlite && count == 0), "\(table) has \(count) indexes")
        }
    }

    @Test("SQLite checks the types of every column")
    func strictTables() async throws {
        let database = try await Engine.sqlite.makeDatabase()
        let lax = try await database.read { transaction in
            try transaction.rows(
                "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite%'"
            ).map { try $0["name"] as String }
        }
        #expect(lax.isEmpty)
    }

    @Test("both engines have the same tables and columns")
    func sameTables() async throws {
        let sqlite = try await Engine.sqlite.makeDatabase().read { transaction in
            try transaction.rows(
                """
                SELECT t.name || '.' || c.name || CASE WHEN c."notnull" = 1 THEN ' NOT NULL' ELSE '' END AS item
                FROM pragma_table_list t JOIN pragma_table_info(t.name) c
                WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'
                """
            ).map { try $0["item"] as String }
        }
        let postgresql = try await Engine.postgresql.makeDatabase().read { transaction in
            try transaction.rows(
                """
                SELECT table_name || '.' || column_name || CASE WHEN is_nullable = 'NO' THEN ' NOT NULL' ELSE '' END AS item
                FROM information_schema.columns WHERE table_schema = 'public'
                """
            ).map { try $0["item"] as String }
        }
        #expect(sqlite.sorted() == postgresql.sorted())
    }
}
