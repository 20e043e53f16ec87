import Foundation
import SQL
import TestSupport
import Testing

/// How transactions begin, end, fail and meet each other, on both engines.
@Suite struct TransactionTests {
    private struct Mistake: Error, Equatable {}

    private static func database(_ engine: Engine) async throws -> any Database {
        try await engine.makeDatabase(migrations: ConformanceTests.migrations)
    }

    @Test("a closure that throws leaves nothing behind, and its error is passed on", arguments: Engine.allCases)
    func rollback(engine: Engine) async throws {
        let database = try await Self.database(engine)
        await #expect(throws: Mistake()) {
            try await database.write { transaction in
                try transaction.run("INSERT INTO thing (id) VALUES ('a')")
                throw Mistake()
            }
        }
        #expect(try await ConformanceTests.count(database) == 0)
    }

    @Test("what is sent is done in its order, and before the commit", arguments: Engine.allCases)
    func sent(engine: Engine) async throws {
        let database = try await Self.database(engine)
        let counts = try await database.write { transaction in
            try transaction.send("INSERT INTO thing (id) VALUES ('a')")
            try transaction.send("UPDATE thing SET count = count + 1")
            let seen = try transaction.row("SELECT count FROM thing").map { try $0["count"] as Int }
            try transaction.send("UPDATE thing SET count = count * 10")
            let changed = try transaction.run("UPDATE thing SET count = count + 5")
            for _ in 0..<100 { try transaction.send("UPDATE thing SET count = count + 1") }
            return [seen, changed]
        }
        #expect(counts == [1, 1])
        let row = try await database.read { try $0.row("SELECT count FROM thing") }
        #expect(row?.values == [.integer(115)])
    }

    @Test("what is sent and fails undoes its transaction", arguments: Engine.allCases)
    func sentFailure(engine: Engine) async throws {
        let database = try await Self.database(engine)
        for isLast in [true, false] {
            let error = await #expect(throws: DatabaseError.self) {
                try await database.write { transaction in
                    try transaction.send("INSERT INTO thing (id) VALUES ('a')")
                    try transaction.send("INSERT INTO thing (id) VALUES ('a')")
                    if !isLast { try transaction.run("INSERT INTO thing (id) VALUES ('b')") }
                }
            }
            guard case .constraint(.unique, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try await ConformanceTests.count(database) == 0)
        }
        await #expect(throws: Mistake()) {
            try await database.write { transaction in
                try transaction.send("INSERT INTO thing (id) VALUES ('a')")
                throw Mistake()
            }
        }
        #expect(try await ConformanceTests.count(database) == 0)
        await #expect(throws: DatabaseError.self) {
            try await database.read { try $0.send("INSERT INTO thing (id) VALUES ('a')") }
        }
        #expect(try await ConformanceTests.count(database) == 0)
    }

    @Test("an error that a closure swallows still undoes its transaction", arguments: Engine.allCases)
    func swallowedError(engine: Engine) async throws {
        let database = try await Self.database(engine)
        let error = await #expect(throws: DatabaseError.self) {
            try await database.write { transaction in
                try transaction.run("INSERT INTO thing (id) VALUES ('a')")
                _ = try? transaction.run("INSERT INTO thing (id) VALUES ('a')")
                _ = try? transaction.run("INSERT INTO thing (id) VALUES ('b')")
            }
        }
        guard case .constraint(.unique, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try await ConformanceTests.count(database) == 0)
    }

    @Test("a transaction cannot be used after its end", arguments: Engine.allCases)
    func escapedTransaction(engine: Engine) async throws {
        final class Keeper: @unchecked Sendable {  // written and read by this one test, one after the other
            var transaction: (any Transaction)?
        }
        let database = try await Self.database(engine)
        let keeper = Keeper()
        try await database.write { keeper.transaction = $0 }
        let escaped = try #require(keeper.transaction)
        #expect(throws: DatabaseError.self) { try escaped.run("INSERT INTO thing (id) VALUES ('a')") }
        #expect(try await ConformanceTests.count(database) == 0)
    }

    @Test("a closure cannot commit by itself", arguments: Engine.allCases)
    func ownCommit(engine: Engine) async throws {
        let database = try await Self.database(engine)
        await #expect(throws: DatabaseError.self) {
            try await database.write { try $0.run("COMMIT") }
        }
        try await database.write { try $0.run("INSERT INTO thing (id) VALUES ('a')") }
        #expect(try await ConformanceTests.count(database) == 1)
    }

    @Test("nothing can be written while reading", arguments: Engine.allCases)
    func readOnly(engine: Engine) async throws {
        let database = try await Self.database(engine)
        let queries: [Query] = [
            "INSERT INTO thing (id) VALUES ('a')", "DELETE FROM thing", "CREATE TABLE other (id TEXT)",
        ]
        for query in queries {
            let error = await #expect(throws: DatabaseError.self) {
                try await database.read { try $0.run(query) }
            }
            guard case .statement = error else {
                Issue.record("\(query.sql): \(String(describing: error))")
                continue
            }
        }
        #expect(try await ConformanceTests.count(database) == 0)
    }

    @Test("a read sees one moment, however long it takes", arguments: Engine.allCases)
    func snapshot(engine: Engine) async throws {
        let database = try await Self.database(engine)
        let (began, wrote) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        async let counts = database.read { transaction in
            let count = { try transaction.row("SELECT count(*) AS n FROM thing").map { try $0["n"] as Int } }
            let before = try count()
            began.signal()
            wrote.wait()
            return [before, try count()]
        }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async {
                began.wait()
                continuation.resume()
            }
        }
        try await database.write { try $0.run("INSERT INTO thing (id) VALUES ('a')") }
        wrote.signal()
        #expect(try await counts == [0, 0])
        #expect(try await ConformanceTests.count(database) == 1)
    }

    @Test("concurrent writers lose nothing", arguments: Engine.allCases)
    func concurrentWriters(engine: Engine) async throws {
        let database = try await Self.database(engine)
        try await database.write { try $0.run("INSERT INTO thing (id) VALUES ('counter')") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<32 {
                group.addTask {
                    for round in 0..<10 {
                        try await database.write { transaction in
                            try transaction.run("UPDATE thing SET count = count + 1 WHERE id = 'counter'")
                            try transaction.run("INSERT INTO thing (id) VALUES (\("\(writer)-\(round)"))")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let counted = try await database.read { transaction in
            try transaction.row("SELECT count FROM thing WHERE id = 'counter'").map { try $0["count"] as Int }
        }
        #expect(counted == 320)
        #expect(try await ConformanceTests.count(database) == 321)
    }

    @Test("a row that is read for update does not change before it is written", arguments: Engine.allCases)
    func forUpdate(engine: Engine) async throws {
        let database = try await Self.database(engine)
        try await database.write { try $0.run("INSERT INTO thing (id) VALUES ('a')") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await database.write { transaction in
                        let row = try transaction.row(
                            "SELECT count FROM thing WHERE id = 'a' \(transaction.dialect.forUpdate)"
                        )
                        let count: Int = try row?["count"] ?? 0
                        try transaction.run("UPDATE thing SET count = \(count + 1) WHERE id = 'a'")
                    }
                }
            }
            try await group.waitForAll()
        }
        let row = try await database.read { try $0.row("SELECT count FROM thing WHERE id = 'a'") }
        let count: Int? = try row?["count"]
        #expect(count == 20)
    }

    @Test("one writer's failure is its own", arguments: Engine.allCases)
    func isolatedFailures(engine: Engine) async throws {
        let database = try await Self.database(engine)
        let failures = await withTaskGroup(of: Bool.self) { group in
            for writer in 0..<60 {
                group.addTask {
                    do {
                        try await database.write { transaction in
                            try transaction.run("INSERT INTO thing (id) VALUES (\("\(writer)"))")
                            if writer.isMultiple(of: 3) { throw Mistake() }
                            if writer % 3 == 1 { try transaction.run("INSERT INTO thing (id, count) VALUES ('x', -1)") }
                        }
                        return false
                    } catch {
                        return true
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(failures == 40)
        #expect(try await ConformanceTests.count(database) == 20)
    }

    @Test("cancelled callers do not stop the others", arguments: Engine.allCases)
    func cancellation(engine: Engine) async throws {
        let database = try await Self.database(engine)
        let writers = (0..<50).map { writer in
            Task { try await database.write { try $0.run("INSERT INTO thing (id) VALUES (\("\(writer)"))") } }
        }
        for writer in writers.prefix(25) { writer.cancel() }
        var written = 0
        for (index, writer) in writers.enumerated() {
            switch await writer.result {
            case .success: written += 1
            case .failure(let error):
                #expect(index < 25)
                #expect(error is CancellationError)
            }
        }
        #expect(try await ConformanceTests.count(database) == written)
        #expect(written >= 25)
    }

    @Test("closing waits for what runs", arguments: Engine.allCases)
    func closingDrains(engine: Engine) async throws {
        let database = try await Self.database(engine)
        let (isHeld, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let write = Task {
            try await database.write { transaction in
                try transaction.run("INSERT INTO thing (id) VALUES ('a')")
                isHeld.signal()
                release.wait()
                return try transaction.run("INSERT INTO thing (id) VALUES ('b')")
            }
        }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                isHeld.wait()
                continuation.resume()
            }
        }
        let closing = Task { try await database.close() }
        // Closed to new work once a write is refused; the one that runs is still held then.
        while (try? await database.read { try $0.rows("SELECT 1 AS one") }) != nil { await Task.yield() }
        release.signal()
        #expect(try await write.value == 1)
        try await closing.value
    }

    @Test("a closed database says so", arguments: Engine.allCases)
    func closing(engine: Engine) async throws {
        let database = try await Self.database(engine)
        try await database.checkWritable()
        try await database.close()
        try await database.close()
        for call in [
            { try await database.write { try $0.run("DELETE FROM thing") } },
            { try await ConformanceTests.count(database) },
        ] as [@Sendable () async throws -> Int] {
            let error = await #expect(throws: DatabaseError.self) { try await call() }
            guard case .unavailable = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }
}
