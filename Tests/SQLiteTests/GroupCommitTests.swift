import Foundation
import SQL
import SQLite
import Synchronization
import Testing

@Suite("Writes that wait for one another")
struct GroupCommitTests {
    private struct Mistake: Error {}

    /// Fills a group: holds the writer until every write has asked, in the order of the list, then lets it go. Returns how
    /// each ended, by its place.
    private static func together(
        _ database: SQLiteDatabase,
        _ writes: [@Sendable (any Transaction) throws -> Void]
    ) async throws -> [Result<Void, any Error>] {
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
        var tasks: [Task<Void, any Error>] = []
        for write in writes {
            let before = database.statistics.waiting
            tasks.append(Task { try await database.write(write) })
            while database.statistics.waiting == before { await Task.yield() }
        }
        release.signal()
        try await holder.value
        var results: [Result<Void, any Error>] = []
        for task in tasks { results.append(await task.result) }
        return results
    }

    private static func ids(_ database: SQLiteDatabase) async throws -> [Int] {
        try await database.read { try $0.rows("SELECT id FROM thing ORDER BY rowid").map { try $0["id"] } }
    }

    @Test("One that fails in the middle of a group is undone alone; the others are done once, in order")
    func oneFails() async throws {
        let folder = try DatabaseFolder()
        let database = try await folder.database(longestGroup: .seconds(600))
        try await database.write { transaction in
            try transaction.run("CREATE TABLE step (place INTEGER PRIMARY KEY, number INTEGER NOT NULL) STRICT")
            try transaction.run("INSERT INTO thing (id) VALUES (7)")
        }
        let before = database.statistics
        let runs = Mutex<[Int: Int]>([:])
        let writes = (0..<40).map { number -> @Sendable (any Transaction) throws -> Void in
            { transaction in
                runs.withLock { $0[number, default: 0] += 1 }
                try transaction.run("INSERT INTO step (number) VALUES (\(number))")
                switch number {
                case 11: throw Mistake()
                // A constraint, swallowed: what the transaction did is undone all the same.
                case 23: _ = try? transaction.run("INSERT INTO thing (id) VALUES (7)")
                default: break
                }
            }
        }
        let results = try await Self.together(database, writes)
        for (number, result) in results.enumerated() {
            switch number {
            case 11: #expect(throws: Mistake.self) { try result.get() }
            case 23: #expect(throws: DatabaseError.self) { try result.get() }
            default: #expect(throws: Never.self) { try result.get() }
            }
        }
        let steps: [Int] = try await database.read { transaction in
            try transaction.rows("SELECT number FROM step ORDER BY place").map { try $0["number"] }
        }
        #expect(steps == (0..<40).filter { $0 != 11 && $0 != 23 })
        #expect(runs.withLock { $0[0] } == 2, "before the one that failed: undone with it, and run again")
        #expect(runs.withLock { $0[39] } == 1, "behind it: not run before")
        let after = database.statistics
        #expect(after.commits - before.commits == 2, "the holder's and the group's")
        try await database.close()
    }

    @Test("A group in which nobody fails runs everybody once")
    func nobodyFails() async throws {
        let folder = try DatabaseFolder()
        let database = try await folder.database(longestGroup: .seconds(600))
        let runs = Mutex(0)
        let writes = (0..<40).map { number -> @Sendable (any Transaction) throws -> Void in
            { transaction in
                runs.withLock { $0 += 1 }
                try transaction.run("INSERT INTO thing (id) VALUES (\(number))")
            }
        }
        for result in try await Self.together(database, writes) { try result.get() }
        #expect(runs.withLock { $0 } == 40)
        #expect(try await Self.ids(database) == Array(0..<40))
        try await database.close()
    }

    @Test("Each sees what those before it in the group have done, and nothing of those that failed")
    func visibility() async throws {
        let folder = try DatabaseFolder()
        let database = try await folder.database(longestGroup: .seconds(600))
        let seen = Mutex<[Int: Int]>([:])
        let writes = (0..<10).map { number -> @Sendable (any Transaction) throws -> Void in
            { transaction in
                let count: Int = try transaction.row("SELECT count(*) AS n FROM thing").map { try $0["n"] } ?? -1
                seen.withLock { $0[number] = count }
                try transaction.run("INSERT INTO thing (id) VALUES (\(number))")
                if number.isMultiple(of: 2) { throw Mistake() }
            }
        }
        _ = try await Self.together(database, writes)
        #expect(seen.withLock { $0 } == Dictionary(uniqueKeysWithValues: (0..<10).map { ($0, $0 / 2) }))
        #expect(try await Self.ids(database) == [1, 3, 5, 7, 9])
        try await database.close()
    }

    @Test("A write that is alone and fails runs once")
    func alone() async throws {
        let folder = try DatabaseFolder()
        let database = try await folder.database(longestGroup: .seconds(600))
        let runs = Mutex(0)
        await #expect(throws: Mistake.self) {
            try await database.write { transaction in
                runs.withLock { $0 += 1 }
                try transaction.run("INSERT INTO thing (id) VALUES (1)")
                throw Mistake()
            }
        }
        #expect(runs.withLock { $0 } == 1)
        #expect(try await Self.ids(database).isEmpty)
        try await database.close()
    }
}
