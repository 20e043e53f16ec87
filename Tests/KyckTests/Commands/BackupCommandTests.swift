import Foundation
import SQLite
import Testing

struct BackupCommandTests {
    @Test("a backup opens, holds the rows, and is never overwritten")
    func backup() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        #expect(try await program.run("migrate").status == 0)
        let copy = program.path("copy.sqlite")
        let first = try await program.run("backup", copy)
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.contains("backed up and verified"))
        #expect(first.output.contains("migration"))
        let bytes = try Data(contentsOf: URL(filePath: copy))
        let second = try await program.run("backup", copy)
        #expect(second.status == 64)
        #expect(second.errors.contains("is there already"))
        #expect(try Data(contentsOf: URL(filePath: copy)) == bytes)
        let database = try SQLiteDatabase(path: copy)
        try await database.checkWritable()
        try await database.close()
    }

    @Test("without a database, or without a folder to put it into, nothing is made")
    func nothingToCopy() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        let none = try await program.run("backup", program.path("copy.sqlite"))
        #expect(none.status == 66)
        #expect(!FileManager.default.fileExists(atPath: program.path("data/kyck.sqlite")))
        #expect(try await program.run("migrate").status == 0)
        let nowhere = try await program.run("backup", program.path("no/such/copy.sqlite"))
        #expect(nowhere.status == 64)
        #expect(nowhere.errors.contains("no folder"))
    }

    @Test("PostgreSQL is left to its own tools")
    func postgresql() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        let ended = try await program.run(
            "backup",
            program.path("copy"),
            settings: ["KYCK_DATABASE_URL": "postgresql://kyck:secret@127.0.0.1:1/kyck"]
        )
        #expect(ended.status == 64)
        #expect(ended.errors.contains("pg_dump"))
        #expect(!ended.errors.contains("secret"))
    }
}
