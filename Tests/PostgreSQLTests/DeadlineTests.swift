import Foundation
import PostgreSQL
import SQL
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10))) struct DeadlineTests {
    @Test func `a write that passes its deadline is cut off and undone`() async throws {
        let fixture = try await Fixture()
        let database = fixture.database { $0.writeDeadline = .seconds(3) }
        await #expect(throws: DatabaseError.deadlineExceeded) {
            try await database.write { transaction in
                try transaction.run("INSERT INTO thing (id) VALUES ('slow')")
                _ = try transaction.rows("SELECT pg_sleep(3000)")
            }
        }
        try await database.insert("quick")
        #expect(try await database.ids() == ["quick"])
        try await database.close()
    }

    @Test func `a write that waits for a lock passes its deadline too`() async throws {
        let fixture = try await Fixture()
        let holder = fixture.database()
        let database = fixture.database { $0.writeDeadline = .seconds(3) }
        try await holder.insert("a")
        let (isHeld, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let holding = Task {
            try await holder.write { transaction in
                try transaction.run("UPDATE thing SET count = 1")
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
        await #expect(throws: DatabaseError.deadlineExceeded) {
            try await database.write { try $0.run("UPDATE thing SET count = count + 10") }
        }
        release.signal()
        try await holding.value
        try await database.write { try $0.run("UPDATE thing SET count = count + 100") }
        let row = try await database.read { try $0.row("SELECT count FROM thing") }
        let count: Int? = try row?["count"]
        #expect(count == 101)
        try await holder.close()
        try await database.close()
    }

    @Test func `a read that passes its deadline is cancelled on the server`() async throws {
        let fixture = try await Fixture()
        let observer = fixture.database()
        let database = fixture.database { $0.readDeadline = .seconds(3) }
        await #expect(throws: DatabaseError.deadlineExceeded) {
            try await database.read { _ = try $0.rows("SELECT pg_sleep(600)") }
        }
        try await fixture.waitForBackends(0, where: "query LIKE '%pg_sleep(600)%'", through: observer)
        #expect(try await database.ids().isEmpty)
        try await observer.close()
        try await database.close()
    }

    @Test func `a task may ask for a longer deadline`() async throws {
        let fixture = try await Fixture()
        let database = fixture.database { configuration in
            configuration.readDeadline = .milliseconds(200)
            configuration.writeDeadline = .milliseconds(200)
        }
        // Longer than the deadline and than the time-out the server was given with the connection.
        try await TransactionDeadline.$current.withValue(.seconds(30)) {
            try await database.write { _ = try $0.rows("SELECT pg_sleep(1.5)") }
        }
        await #expect(throws: DatabaseError.deadlineExceeded) {
            try await database.write { _ = try $0.rows("SELECT pg_sleep(1.5)") }
        }
        try await database.close()
    }

    @Test func `who waits too long for a connection is told so, and the one who has it is not disturbed`() async throws
    {
        let fixture = try await Fixture()
        let database = fixture.database { configuration in
            configuration.connections = 1
            configuration.waitingTime = .seconds(3)
        }
        try await database.insert("first")
        let (isHeld, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let holding = Task {
            try await database.write { transaction in
                try transaction.run("INSERT INTO thing (id) VALUES ('second')")
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
        await #expect(throws: DatabaseError.unavailable("every connection is busy")) {
            try await database.insert("third")
        }
        release.signal()
        try await holding.value
        #expect(try await database.ids() == ["first", "second"])
        try await database.close()
    }

    @Test func `there are never more connections than the pool may have`() async throws {
        let fixture = try await Fixture()
        let observer = fixture.database { $0.connections = 1 }
        let database = fixture.database { ($0.connections, $0.readDeadline) = (3, .seconds(60)) }
        let meeting = Meeting(of: 3)
        let most = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    let row = try await database.read { transaction in
                        // Connected, and with two others that are.
                        _ = try transaction.row("SELECT 1 AS one")
                        meeting.join()
                        return try transaction.row(
                            "SELECT count(*) AS n, pg_sleep(0.01) FROM pg_stat_activity WHERE datname = current_database()"
                        )
                    }
                    return try row?["n"] ?? 0
                }
            }
            return try await group.reduce(0) { max($0, $1) }
        }
        #expect(most == 3)
        try await database.close()
        try await fixture.waitForBackends(0, where: "true", through: observer)
        try await observer.close()
    }
}

/// Where the first threads wait for each other; whoever comes later goes through.
private final class Meeting: Sendable {
    private let missing: Mutex<Int>
    private let doors = DispatchSemaphore(value: 0)

    init(of count: Int) { missing = Mutex(count) }

    func join() {
        let left = missing.withLock { missing in
            missing -= 1
            return missing
        }
        if left <= 0 { doors.signal() }
        if left >= 0 {
            doors.wait()
            doors.signal()
        }
    }
}
