import Dispatch
import PostgreSQL
import SQL
import TestSupport

/// A database on the test server that may be reached with any configuration, removed with this value.
final class Fixture: Sendable {
    static let migrations = [
        Migration(number: 1, name: "things") { _ in
            ["CREATE TABLE thing (id TEXT NOT NULL PRIMARY KEY, count BIGINT NOT NULL DEFAULT 0)"]
        }
    ]

    let server: TestServer
    let name: String

    init() async throws {
        server = try TestServer.shared.get()
        name = try await server.lend(migrations: Self.migrations)
    }

    deinit {
        Task { [server, name] in await server.takeBack(name) }
    }

    func database(
        _ change: (inout PostgreSQLDatabase.Configuration) -> Void = { _ in },
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) -> PostgreSQLDatabase {
        var configuration = server.configuration(database: name)
        change(&configuration)
        return PostgreSQLDatabase(configuration, now: now)
    }

    /// Runs `body` on every server process that serves this database and is in the given state.
    func eachBackend(
        where condition: String,
        do function: String,
        through observer: PostgreSQLDatabase
    ) async throws -> Int {
        let query = Query(
            definition: """
                SELECT \(function)(pid) AS done FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND \(condition)
                """
        )
        return try await observer.read { try $0.rows(query).count }
    }

    /// Waits until `count` processes of the server are in that state; the test's own deadline is the server's.
    func waitForBackends(
        _ count: Int,
        where condition: String,
        through observer: PostgreSQLDatabase
    ) async throws {
        let query = Query(
            definition: """
                SELECT count(*) AS n, pg_sleep(0.02) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND \(condition)
                """
        )
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            let found = try await observer.read { try $0.row(query).map { try $0["n"] as Int } }
            if found == count { return }
        }
        throw MissingBackends(count: count, condition: condition)
    }

    struct MissingBackends: Error {
        let count: Int
        let condition: String
    }
}

extension Database {
    func insert(_ id: String) async throws {
        try await write { try $0.run("INSERT INTO thing (id) VALUES (\(id))") }
    }

    func ids() async throws -> [String] {
        try await read { transaction in
            try transaction.rows("SELECT id FROM thing ORDER BY id").map { try $0["id"] as String }
        }
    }
}

/// Holds a thread of a pool until a test lets it go on.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open() {
        semaphore.signal()
    }

    func wait() {
        semaphore.wait()
    }
}
