import SQL
import TestSupport
import Testing

@Suite struct MigratorTests {
    private static let first = Migration(number: 1, name: "first") { dialect in
        ["CREATE TABLE one (id \(dialect.integer) NOT NULL PRIMARY KEY)\(dialect.strict)"]
    }
    private static let second = Migration(number: 2, name: "second") { dialect in
        ["CREATE TABLE two (id TEXT NOT NULL PRIMARY KEY)\(dialect.strict)", "INSERT INTO two (id) VALUES ('a')"]
    }

    @Test("each migration is applied once, in order", arguments: Engine.allCases)
    func order(engine: Engine) async throws {
        let database = try await engine.makeDatabase(migrations: [])
        let migrator = Migrator([Self.first, Self.second])
        #expect(try await Migrator([Self.first]).migrate(database, now: 1).map(\.number) == [1])
        #expect(try await migrator.pending(database).map(\.number) == [2])
        #expect(try await migrator.migrate(database, now: 2).map(\.name) == ["second"])
        #expect(try await migrator.migrate(database, now: 3).isEmpty)
        #expect(try await migrator.pending(database).isEmpty)
        let rows = try await database.read { try $0.rows("SELECT number, applied_at FROM migration ORDER BY number") }
        #expect(rows.map(\.values) == [[.integer(1), .integer(1)], [.integer(2), .integer(2)]])
    }

    @Test("pending changes nothing", arguments: Engine.allCases)
    func pending(engine: Engine) async throws {
        let database = try await engine.makeDatabase(migrations: [])
        #expect(try await Migrator([Self.first, Self.second]).pending(database).map(\.number) == [1, 2])
        #expect(try await Migrator([Self.first, Self.second]).migrate(database, now: 1).count == 2)
    }

    @Test("an edited migration is refused and nothing changes", arguments: Engine.allCases)
    func edited(engine: Engine) async throws {
        let database = try await engine.makeDatabase(migrations: [Self.first])
        let edited = Migration(number: 1, name: "first") { _ in ["CREATE TABLE one (id TEXT)"] }
        let migrator = Migrator([edited, Self.second])
        await #expect(throws: Migrator.Refusal.changedMigration(number: 1, name: "first")) {
            try await migrator.migrate(database, now: 2)
        }
        await #expect(throws: Migrator.Refusal.changedMigration(number: 1, name: "first")) {
            try await migrator.pending(database)
        }
        #expect(try await Migrator([Self.first, Self.second]).pending(database).map(\.number) == [2])
    }

    @Test("a database from a newer program is refused", arguments: Engine.allCases)
    func unknown(engine: Engine) async throws {
        let database = try await engine.makeDatabase(migrations: [Self.first, Self.second])
        await #expect(throws: Migrator.Refusal.unknownMigration(number: 2, name: "second")) {
            try await Migrator([Self.first]).migrate(database, now: 2)
        }
    }

    @Test("numbers have no gaps", arguments: Engine.allCases)
    func gaps(engine: Engine) async throws {
        let database = try await engine.makeDatabase(migrations: [])
        await #expect(throws: Migrator.Refusal.misnumbered(expected: 1, found: 2)) {
            try await Migrator([Self.second]).migrate(database, now: 1)
        }
    }

    @Test("a migration that fails halfway is undone whole, those before it stay", arguments: Engine.allCases)
    func failing(engine: Engine) async throws {
        let database = try await engine.makeDatabase(migrations: [])
        let failing = Migration(number: 2, name: "failing") { _ in ["CREATE TABLE half (id TEXT)", "CREATE TABEL x"] }
        await #expect(throws: DatabaseError.self) {
            try await Migrator([Self.first, failing]).migrate(database, now: 1)
        }
        let tables = try await SchemaDump.indexCounts(of: database).keys.sorted()
        #expect(tables == ["migration", "one"])
        #expect(try await Migrator([Self.first, Self.second]).migrate(database, now: 2).map(\.number) == [2])
    }

    @Test("several programs may migrate at once", arguments: Engine.allCases)
    func race(engine: Engine) async throws {
        let database = try await engine.makeDatabase(migrations: [])
        let applied = try await withThrowingTaskGroup(of: [Int].self) { group in
            for _ in 0..<4 {
                group.addTask { try await Migrator([Self.first, Self.second]).migrate(database, now: 1).map(\.number) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(applied.sorted() == [1, 2])
    }
}
