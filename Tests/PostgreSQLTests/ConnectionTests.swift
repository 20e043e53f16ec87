import Foundation
import PostgreSQL
import SQL
import Synchronization
import Testing

@Suite struct ConnectionTests {
    /// Counts how often a closure ran.
    private final class Runs: Sendable {
        private let count = Mutex(0)

        var value: Int { count.withLock { $0 } }

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    @Test func `a connection lost in the middle is replaced once, and the closure runs again`() async throws {
        let fixture = try await Fixture()
        let database = fixture.database()
        let runs = Runs()
        try await database.write { transaction in
            try transaction.run("INSERT INTO thing (id) VALUES ('a')")
            if runs.next() == 1 { _ = try transaction.rows("SELECT pg_terminate_backend(pg_backend_pid())") }
        }
        #expect(runs.value == 2)
        #expect(try await database.ids() == ["a"])
        try await database.close()
    }

    @Test func `a connection lost again and again is unavailable, and nothing was written`() async throws {
        let fixture = try await Fixture()
        let database = fixture.database()
        let runs = Runs()
        await #expect(throws: DatabaseError.unavailable("the connection was lost")) {
            try await database.write { transaction in
                _ = runs.next()
                try transaction.run("INSERT INTO thing (id) VALUES ('a')")
                _ = try transaction.rows("SELECT pg_terminate_backend(pg_backend_pid())")
            }
        }
        #expect(runs.value == 2)
        #expect(try await database.ids().isEmpty)
        try await database.close()
    }

    @Test func `connections that died while idle are replaced unnoticed`() async throws {
        let fixture = try await Fixture()
        let observer = fixture.database { $0.connections = 1 }
        let database = fixture.database()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in 0..<8 { group.addTask { try await database.insert("\(id)") } }
            try await group.waitForAll()
        }
        let ended = try await fixture.eachBackend(where: "true", do: "pg_terminate_backend", through: observer)
        #expect(ended > 0)
        try await fixture.waitForBackends(0, where: "true", through: observer)
        try await database.insert("after")
        #expect(try await database.ids().count == 9)
        try await observer.close()
        try await database.close()
    }

    @Test func `a server that is not there is unavailable, and the password is not told`() async throws {
        let database = PostgreSQLDatabase(.init(url: "postgresql://kyck:secret-word@127.0.0.1:1/kyck", connections: 1))
        let error = await #expect(throws: DatabaseError.self) { try await database.ids() }
        #expect(error == .unavailable("PostgreSQL cannot be reached"))
        await #expect(throws: DatabaseError.self) { try await database.checkWritable() }
        try await database.close()
    }

    @Test func `of several hosts the one that answers is used`() async throws {
        let fixture = try await Fixture()
        let database = fixture.database { configuration in
            configuration.url = configuration.url.replacing("@", with: "@127.0.0.1:1,")
        }
        try await database.insert("a")
        #expect(try await database.ids() == ["a"])
        try await database.close()
    }

    @Test func `what PostgreSQL is told about itself is right`() async throws {
        let fixture = try await Fixture()
        let database = fixture.database()
        let row = try await database.read { transaction in
            try transaction.row(
                """
                SELECT current_setting('application_name') AS name, current_setting('client_encoding') AS encoding,
                    current_setting('transaction_isolation') AS isolation, current_setting('transaction_read_only') AS only
                """
            )
        }
        #expect(row?.values == [.text("kyck"), .text("UTF8"), .text("repeatable read"), .text("on")])
        let write = try await database.write { try $0.row("SELECT current_setting('transaction_isolation') AS level") }
        #expect(write?.values == [.text("read committed")])
        try await database.close()
    }

    @Test func `serialisation failures run the closure again`() async throws {
        let fixture = try await Fixture()
        let database = fixture.database()
        let runs = Runs()
        try await database.write { transaction in
            try transaction.run("INSERT INTO thing (id) VALUES ('a')")
            if runs.next() < 3 {
                try transaction.run("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$")
            }
        }
        #expect(runs.value == 3)
        #expect(try await database.ids() == ["a"])
        try await database.close()
    }

    @Test func `a conflict that does not end is a conflict`() async throws {
        let fixture = try await Fixture()
        let database = fixture.database()
        let runs = Runs()
        await #expect(throws: DatabaseError.conflict) {
            try await database.write { transaction in
                _ = runs.next()
                try transaction.run("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40P01'; END $$")
            }
        }
        #expect(runs.value == 5)
        try await database.close()
    }

    @Test func `two writers in each other's way both succeed`() async throws {
        let fixture = try await Fixture()
        let database = fixture.database()
        try await database.insert("a")
        try await database.insert("b")
        let (first, second) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        @Sendable func cross(_ mine: String, _ theirs: String, signal: DispatchSemaphore, wait: DispatchSemaphore)
            async throws
        {
            let runs = Runs()
            try await database.write { transaction in
                try transaction.run("UPDATE thing SET count = count + 1 WHERE id = \(mine)")
                // Only the first time: each holds its row and then wants the other's.
                if runs.next() == 1 {
                    signal.signal()
                    wait.wait()
                }
                try transaction.run("UPDATE thing SET count = count + 1 WHERE id = \(theirs)")
            }
        }
        async let one: Void = cross("a", "b", signal: first, wait: second)
        async let other: Void = cross("b", "a", signal: second, wait: first)
        _ = try await (one, other)
        let rows = try await database.read { try $0.rows("SELECT count FROM thing") }
        #expect(rows.map(\.values) == [[.integer(2)], [.integer(2)]])
        try await database.close()
    }

    @Test func `a statement that refuses transactions runs alone`() async throws {
        let fixture = try await Fixture()
        let database = fixture.database()
        try await database.runAlone("VACUUM thing")
        await #expect(throws: DatabaseError.self) { try await database.write { try $0.run("VACUUM thing") } }
        try await database.close()
    }
}
