import Foundation
import PostgreSQL
import SQL
import Synchronization
import TestSupport
import Testing

/// Commits that a missing standby never confirms. `bin/test-postgres` names a standby that does not exist; only the
/// databases of this suite ask to wait for it.
@Suite struct UnknownOutcomeTests {
    private static let waiting = "wait_event = 'SyncRep'"
    /// Enough to send a commit on a busy machine: before that the outcome is no unknown one.
    private static let deadline = Duration.seconds(3)

    private static func fixture() async throws -> Fixture {
        let fixture = try await Fixture()
        try await fixture.server.administer("ALTER DATABASE \(fixture.name) SET synchronous_commit = on")
        return fixture
    }

    /// Looks on without waiting for the standby itself.
    private static func observer(_ fixture: Fixture) -> PostgreSQLDatabase {
        fixture.database { $0.connections = 1 }
    }

    @Test func `a commit that passes its deadline may have happened`() async throws {
        let fixture = try await Self.fixture()
        let observer = Self.observer(fixture)
        let database = fixture.database { $0.writeDeadline = Self.deadline }
        await #expect(throws: DatabaseError.outcomeUnknown) { try await database.insert("a") }
        #expect(try await observer.ids().isEmpty)
        // The server kept it: told to stop waiting, it commits.
        try await fixture.waitForBackends(1, where: Self.waiting, through: observer)
        _ = try await fixture.eachBackend(where: Self.waiting, do: "pg_terminate_backend", through: observer)
        try await fixture.waitForBackends(0, where: Self.waiting, through: observer)
        #expect(try await observer.ids() == ["a"])
        try await database.close()
        try await observer.close()
    }

    @Test(
        "a commit whose waiting is ended on the server is not a success",
        arguments: [
            "pg_cancel_backend", "pg_terminate_backend",
        ]
    )
    func endedWaiting(function: String) async throws {
        let fixture = try await Self.fixture()
        let observer = Self.observer(fixture)
        let database = fixture.database()
        let write = Task { try await database.insert("a") }
        try await fixture.waitForBackends(1, where: Self.waiting, through: observer)
        let ended = try await fixture.eachBackend(where: Self.waiting, do: function, through: observer)
        #expect(ended == 1)
        await #expect(throws: DatabaseError.outcomeUnknown) { try await write.value }
        #expect(try await observer.ids() == ["a"])
        try await database.close()
        try await observer.close()
    }

    @Test func `reads and writes that change nothing go on`() async throws {
        let fixture = try await Self.fixture()
        let database = fixture.database { $0.writeDeadline = .seconds(5) }
        #expect(try await database.ids().isEmpty)
        let changed = try await database.write { try $0.run("UPDATE thing SET count = 1") }
        #expect(changed == 0)
        try await database.close()
    }

    @Test func `after several unknown outcomes writes are refused until a probe is confirmed`() async throws {
        let fixture = try await Self.fixture()
        let observer = Self.observer(fixture)
        let clock = StandingClock()
        let database = fixture.database(
            { configuration in
                (configuration.writeDeadline, configuration.probeDeadline) = (Self.deadline, Self.deadline)
                configuration.unknownOutcomesBeforePause = 3
                configuration.pause = .seconds(1)
            },
            now: { clock.now }
        )
        for id in ["a", "b", "c"] {
            try await database.checkWritable()
            await #expect(throws: DatabaseError.outcomeUnknown) { try await database.insert(id) }
        }
        let refused = DatabaseError.unavailable("writes are paused: none was confirmed lately")
        await #expect(throws: refused) { try await database.insert("d") }
        await #expect(throws: refused) { try await database.checkWritable() }
        #expect(try await database.ids().isEmpty)

        // The pause is over, but nothing is confirmed yet: one probe hangs and everyone else is refused.
        clock.advance(.seconds(1))
        await #expect(throws: DatabaseError.outcomeUnknown) { try await database.checkWritable() }
        await #expect(throws: refused) { try await database.insert("e") }

        // As if the standby had returned: sessions from now on do not ask for it, and those from before are ended.
        try await fixture.server.administer("ALTER DATABASE \(fixture.name) RESET synchronous_commit")
        clock.advance(.seconds(1))
        _ = try await fixture.eachBackend(where: "true", do: "pg_terminate_backend", through: observer)
        try await fixture.waitForBackends(0, where: "true", through: observer)
        try await database.checkWritable()
        try await database.insert("f")
        #expect(try await database.ids().contains("f"))
        try await database.close()
        try await observer.close()
    }
}

/// A clock that goes on when it is told to.
private final class StandingClock: Sendable {
    private let start = ContinuousClock.now
    private let passed = Mutex(Duration.zero)

    var now: ContinuousClock.Instant { start + passed.withLock { $0 } }

    func advance(_ duration: Duration) {
        passed.withLock { $0 += duration }
    }
}
