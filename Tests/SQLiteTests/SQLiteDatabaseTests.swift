import Foundation
import SQL
import SQLite
import Subprocess
import Testing

@Suite struct SQLiteDatabaseTests {
    private static func count(_ database: SQLiteDatabase) async throws -> Int {
        try await database.read { try $0.row("SELECT count(*) AS n FROM thing").map { try $0["n"] } ?? -1 }
    }

    private static func succeeds(
        _ database: SQLiteDatabase,
        _ body: @escaping @Sendable (any Transaction) throws -> Void
    ) async -> Bool {
        do {
            try await database.write(body)
            return true
        } catch {
            return false
        }
    }

    private static func pragma(_ name: String, _ database: SQLiteDatabase) async throws -> SQLValue? {
        try await database.write { try $0.row(Query(definition: "PRAGMA \(name)"))?.values.first }
    }

    @Test func `an answered write is on disk: the writer has WAL and synchronous FULL`() async throws {
        let folder = try DatabaseFolder()
        let database = try await folder.database()
        #expect(try await Self.pragma("synchronous", database) == .integer(2))
        #expect(try await Self.pragma("journal_mode", database) == .text("wal"))
        #expect(try await Self.pragma("foreign_keys", database) == .integer(1))
        try await database.close()
    }

    @Test func `writes that wait are committed together`() async throws {
        let folder = try DatabaseFolder()
        let database = try await folder.database(longestGroup: .seconds(600))
        let before = database.statistics
        let (isHeld, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let holder = Task {
            try await database.write { _ in
                isHeld.signal()
                release.wait()
            }
        }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                isHeld.wait()
                continuation.resume()
            }
        }
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in 0..<200 {
                group.addTask {
                    arrival.yield()
                    try await database.write { try $0.run("INSERT INTO thing (id) VALUES (\(id))") }
                }
            }
            var arrived = 0
            for await _ in arrivals {
                arrived += 1
                if arrived == 200 { break }
            }
            release.signal()
            try await group.waitForAll()
        }
        try await holder.value
        let after = database.statistics
        #expect(after.writes - before.writes == 201)
        // The holder's commit, one for all who waited, and one for each who had arrived but not yet asked.
        #expect(after.commits - before.commits < 50)
        #expect(try await Self.count(database) == 200)
        try await database.close()
    }

    @Test func `a write that fails is undone alone in its group`() async throws {
        struct Mistake: Error {}
        let folder = try DatabaseFolder()
        let database = try await folder.database()
        let outcomes = await withTaskGroup(of: (Int, Bool).self) { group in
            for id in 0..<100 {
                group.addTask {
                    let succeeded = await Self.succeeds(database) { transaction in
                        try transaction.run("INSERT INTO thing (id) VALUES (\(id))")
                        if id.isMultiple(of: 2) { throw Mistake() }
                    }
                    return (id, succeeded)
                }
            }
            return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
        }
        #expect(outcomes.allSatisfy { id, succeeded in succeeded == !id.isMultiple(of: 2) })
        let rows = try await database.read { try $0.rows("SELECT id FROM thing ORDER BY id") }
        #expect(rows.map(\.values) == stride(from: 1, to: 100, by: 2).map { [.integer(Int64($0))] })
        try await database.close()
    }

    @Test func `what was written is there when the file is opened again`() async throws {
        let folder = try DatabaseFolder()
        let first = try await folder.database()
        try await first.write { try $0.run("INSERT INTO thing (id, content) VALUES (1, \([1, 2, 3] as [UInt8]))") }
        try await first.close()
        let second = try await folder.database()
        #expect(try await Self.count(second) == 1)
        try await second.close()
    }

    @Test func `a full disk is told as full, reads go on, and writing works again when there is room`() async throws {
        let folder = try DatabaseFolder()
        let database = try await folder.database()
        try await database.write { try $0.run("INSERT INTO thing (id) VALUES (0)") }
        // The engine's own limit stands in for the disk's: the error code is the same.
        let limit = try await Self.pragma("max_page_count = 20", database)
        #expect(limit == .integer(20))
        await #expect(throws: DatabaseError.full) {
            try await database.write { try $0.run("INSERT INTO thing (content) VALUES (zeroblob(1000000))") }
        }
        #expect(try await Self.count(database) == 1)
        // Those who are in one group with it are not harmed.
        await withTaskGroup(of: Bool.self) { group in
            for id in 1...20 {
                group.addTask {
                    await Self.succeeds(database) { transaction in
                        try transaction.run("INSERT INTO thing (id) VALUES (\(id))")
                        if id == 10 { try transaction.run("INSERT INTO thing (content) VALUES (zeroblob(1000000))") }
                    }
                }
            }
            #expect(await group.reduce(0) { $0 + ($1 ? 1 : 0) } == 19)
        }
        #expect(try await Self.count(database) == 20)
        _ = try await Self.pragma("max_page_count = 100000", database)
        try await database.write { try $0.run("INSERT INTO thing (content) VALUES (zeroblob(1000000))") }
        #expect(try await Self.count(database) == 21)
        try await database.close()
    }

    @Test func `a file that is no database is refused`() async throws {
        let folder = try DatabaseFolder()
        try Data(repeating: 65, count: 8_192).write(to: URL(filePath: folder.path("test.sqlite")))
        #expect(throws: DatabaseError.self) { try SQLiteDatabase(path: folder.path("test.sqlite")) }
        #expect(throws: DatabaseError.self) { try SQLiteDatabase(path: folder.path("missing/test.sqlite")) }
    }

    @Test func `in memory it is the same engine`() async throws {
        let database = try SQLiteDatabase.inMemory()
        try await database.write { try $0.run("CREATE TABLE thing (id INTEGER PRIMARY KEY) STRICT") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in 0..<50 {
                group.addTask { _ = try await database.write { try $0.run("INSERT INTO thing (id) VALUES (\(id))") } }
                group.addTask { _ = try await Self.count(database) }
            }
            try await group.waitForAll()
        }
        #expect(try await Self.count(database) == 50)
        try await database.close()
    }

    @Test func `a backup is whole although writers go on`() async throws {
        let folder = try DatabaseFolder()
        let database = try await folder.database()
        try await database.write { transaction in
            for id in 0..<2_000 {
                try transaction.run("INSERT INTO thing (id, content) VALUES (\(id), zeroblob(4000))")
            }
        }
        let writer = Task {
            var written = 0
            while !Task.isCancelled {
                try await database.write { try $0.run("INSERT INTO thing (content) VALUES (zeroblob(4000))") }
                written += 1
            }
            return written
        }
        let (steps, step) = AsyncStream<BackupProgress>.makeStream()
        let path = folder.path("copy.sqlite")
        let report = try await database.backup(to: path) { step.yield($0) }
        step.finish()
        writer.cancel()
        // A cancelled task stops at its next write, with a CancellationError.
        _ = await writer.result
        let last = await steps.reduce(nil as BackupProgress?) { $1 }
        #expect(last.map { $0.copiedPages == $0.totalPages && $0.totalPages > 2_000 } == true)
        let rows = try #require(report.rows["thing"])
        #expect(rows >= 2_000)

        let copy = try SQLiteDatabase(path: path)
        #expect(try await Self.count(copy) == rows)
        try await copy.close()
        await #expect(throws: BackupFailure.exists(path: path)) { try await database.backup(to: path) }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path(percentEncoded: false))
        #expect(names.filter { $0.contains("partial") }.isEmpty)
        try await database.close()
    }

    @Test func `a copy whose references are broken is no backup`() async throws {
        let folder = try DatabaseFolder()
        let database = try await folder.database()
        try await database.write { transaction in
            try transaction.run(
                "CREATE TABLE part (thing_id INTEGER REFERENCES thing (id) DEFERRABLE INITIALLY DEFERRED)"
            )
        }
        // Only a writer without the rule can break it.
        let writer = try await run(
            .name("sqlite3"),
            arguments: [folder.path("test.sqlite"), "INSERT INTO part VALUES (99)"],
            output: .discarded
        )
        #expect(writer.terminationStatus.isSuccess)
        await #expect(throws: BackupFailure.damaged("a row of part refers to nothing")) {
            try await database.backup(to: folder.path("copy.sqlite"))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("copy.sqlite")))
        try await database.close()
    }
}
