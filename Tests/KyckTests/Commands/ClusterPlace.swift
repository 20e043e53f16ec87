import Domain
import Foundation
import PostgreSQL
import SQL
import Storage
import TestSupport
import Testing

@testable import kyck

/// A database of a test's own that programs share with the test, and a way to let a job stand still in the middle of its
/// run: with what everybody who shares the database could do to it.
struct ClusterPlace {
    let engine: Engine
    let program: KyckProgram
    let database: any Database
    let settings: [String: String]
    /// How many processes of the server wait for a lock when one run stands still.
    let waitersOfOneRun: Int
    private let remaining: @Sendable () async -> Void
    private let lock: RowLock?

    var jobs: JobStore { JobStore(database: database) }

    init(_ engine: Engine) async throws {
        self.engine = engine
        program = try KyckProgram()
        var settings = ["KYCK_JOBS_PORT": "0"]
        switch engine {
        case .sqlite:
            let path = program.path("data/kyck.sqlite")
            settings["KYCK_DATABASE_URL"] = "sqlite:\(path)"
            let migrated = try await program.run(["migrate"], settings: settings)
            try #require(migrated.status == 0, "\(migrated.errors)")
            database = try Self.open(settings)
            waitersOfOneRun = 0
            lock = nil
            remaining = {}
        case .postgresql:
            let server = try TestServer.shared.get()
            let name = try await server.lend(migrations: Schema.migrations)
            let configuration = server.configuration(database: name)
            let separator = configuration.url.contains("?") ? "&" : "?"
            settings["KYCK_DATABASE_URL"] = configuration.url + separator + "connect_timeout=60"
            settings["KYCK_DATABASE_CONNECTIONS"] = "4"
            // Makes the keys that all processes of the folder share; the schema is there.
            let migrated = try await program.run(["migrate"], settings: settings)
            try #require(migrated.status == 0, "\(migrated.errors)")
            let connections = PostgreSQLDatabase(configuration)
            database = connections
            waitersOfOneRun = 1
            let lock = RowLock(configuration)
            self.lock = lock
            remaining = {
                await lock.release()
                await server.takeBack(name)
            }
        }
        self.settings = settings
    }

    private static func open(_ settings: [String: String]) throws -> any Database {
        try buildDatabase(try Settings.inMemory(settings))
    }

    func start() async throws -> KyckProgram.Running { try await program.start(["jobs"], settings: settings) }

    func remove() async {
        try? await database.close()
        await remaining()
        program.remove()
    }

    /// Sets until when a job is not to be had, as if somebody had taken it for so long; by a time that is past, it is.
    func setLease(of job: String, until: Instant) async throws {
        try await database.write { transaction in
            try transaction.run(
                """
                INSERT INTO job_run (name, leased_until) VALUES (\(job), \(until))
                ON CONFLICT (name) DO UPDATE SET leased_until = \(until)
                """
            )
        }
    }

    // MARK: Standing still

    /// From now on, whoever counts the plays after the hold comes to no end with it. On PostgreSQL somebody else has locked
    /// the child they are of. SQLite has no locks of rows: there a trigger reckons for longer than anybody waits, when
    /// everything is added and only the commit is missing.
    func hold(_ history: WatchedMonth) async throws {
        if let lock { return try await lock.take(history.lastChild) }
        try await database.write { transaction in
            try transaction.run(
                Query(
                    definition: """
                        CREATE TRIGGER stand_still BEFORE UPDATE OF counted_until ON watch_average_mark
                        WHEN NEW.counted_until > \(history.lastBeforeTheHold.millisecondsSince1970)
                        BEGIN
                            SELECT count(*) FROM play a, play b, play c, play d
                            WHERE a.watched_ms + b.watched_ms + c.watched_ms + d.watched_ms < 0;
                        END
                        """
                )
            )
        }
    }

    func release() async throws {
        if let lock { return await lock.release() }
        try await database.write { try $0.run("DROP TRIGGER stand_still") }
    }

    /// How many processes of the server wait for a lock.
    func waitingForLocks() async throws -> Int {
        guard engine == .postgresql else { return 0 }
        return try await database.read { transaction in
            try transaction.row(
                """
                SELECT count(*) AS n FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'
                """
            ).map { try $0["n"] } ?? 0
        }
    }
}

/// A child's row, locked by a transaction of its own until it is let go of.
private final class RowLock: Sendable {
    private let database: PostgreSQLDatabase
    private let end = DispatchSemaphore(value: 0)

    init(_ configuration: PostgreSQLDatabase.Configuration) {
        var patient = configuration
        patient.connections = 1
        patient.writeDeadline = .seconds(900)
        database = PostgreSQLDatabase(patient)
    }

    func take(_ child: Child.ID) async throws {
        let (locks, locked) = AsyncStream<Void>.makeStream()
        Task { [database, end] in
            defer { locked.finish() }
            try await database.write { transaction in
                if try transaction.row("SELECT id FROM child WHERE id = \(child) FOR UPDATE") != nil { locked.yield() }
                end.wait()
            }
        }
        try #require(await locks.first { _ in true } != nil, "the child could not be locked")
    }

    func release() async {
        end.signal()
        // Waits for the transaction's end.
        try? await database.close()
    }
}
