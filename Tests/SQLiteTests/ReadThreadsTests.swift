import Foundation
import SQL
import SQLite
import Synchronization
import Testing

@Suite("Reads on threads of their own")
struct ReadThreadsTests {
    private static func count(_ database: SQLiteDatabase) async throws -> Int {
        try await database.read { try $0.row("SELECT count(*) AS n FROM thing").map { try $0["n"] } ?? -1 }
    }

    /// Counts without end.
    private static let endless: Query =
        "WITH RECURSIVE counter (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter) SELECT max(n) AS n FROM counter"

    @Test("Whoever was told that a write is done finds it, however many read beside")
    func readYourWrites() async throws {
        let folder = try DatabaseFolder()
        let database = try await folder.database()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<40 {
                group.addTask {
                    for turn in 0..<25 {
                        let id = task * 100 + turn
                        try await database.write { try $0.run("INSERT INTO thing (id) VALUES (\(id))") }
                        let found = try await database.read { try $0.row("SELECT 1 AS n FROM thing WHERE id = \(id)") }
                        #expect(found != nil)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await Self.count(database) == 1_000)
        try await database.close()
    }

    @Test("A read that is cancelled stops at once, and its connection reads on for others")
    func cancelled() async throws {
        let folder = try DatabaseFolder()
        let database = try await folder.database()
        for _ in 0..<10 {
            let (starts, start) = AsyncStream<Void>.makeStream()
            let reading = Task {
                try await database.read { transaction in
                    start.yield()
                    return try transaction.rows(Self.endless).count
                }
            }
            for await _ in starts { break }
            reading.cancel()
            await #expect(throws: CancellationError.self) { try await reading.value }
            #expect(try await Self.count(database) == 0)
        }
        try await database.close()
    }

    @Test("One long read holds up nobody")
    func longRead() async throws {
        let folder = try DatabaseFolder()
        let database = try await folder.database()
        let (starts, start) = AsyncStream<Void>.makeStream()
        let reading = Task {
            try await database.read { transaction in
                start.yield()
                return try transaction.rows(Self.endless).count
            }
        }
        for await _ in starts { break }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 { group.addTask { try await Self.count(database) } }
            for try await count in group { #expect(count == 0) }
        }
        reading.cancel()
        _ = await reading.result
        try await database.close()
    }

    @Test("A read that fails harms nobody who reads beside it")
    func failing() async throws {
        struct Mistake: Error {}
        let folder = try DatabaseFolder()
        let database = try await folder.database()
        let outcomes = await withTaskGroup(of: (Int, Bool).self) { group in
            for number in 0..<200 {
                group.addTask {
                    do {
                        _ = try await database.read { transaction in
                            switch number % 4 {
                            case 0: throw Mistake()
                            case 1: try transaction.rows("SELECT nothing FROM nowhere")
                            case 2: try transaction.rows("INSERT INTO thing (id) VALUES (1)")
                            default: try transaction.rows("SELECT id FROM thing")
                            }
                        }
                        return (number, true)
                    } catch {
                        return (number, false)
                    }
                }
            }
            return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
        }
        #expect(outcomes.count == 200)
        #expect(outcomes.allSatisfy { number, succeeded in succeeded == (number % 4 == 3) })
        #expect(try await Self.count(database) == 0)
        try await database.close()
    }

    @Test("Closing answers every read that was accepted, and refuses the later ones")
    func closing() async throws {
        let folder = try DatabaseFolder()
        let database = try await folder.database()
        let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    do {
                        return try await Self.count(database) == 0
                    } catch DatabaseError.unavailable {
                        return true
                    }
                }
            }
            try await database.close()
            return try await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(outcomes.count == 200)
        #expect(outcomes.allSatisfy { $0 })
        await #expect(throws: DatabaseError.self) { try await Self.count(database) }
    }
}
