internal import Foundation
package import PostgreSQL
package import SQL
internal import Storage

/// The throw-away PostgreSQL that `bin/test` starts. Lends databases that are copies of a migrated template.
package actor TestServer {
    package static let shared = Result { try TestServer() }

    /// Databases lent at once, times the four connections of each, stay below the server's 200.
    private static let mostLent = 40
    private static let connectionsEach = 4

    private let url: String
    private let administration: PostgreSQLDatabase
    /// Apart from the others, because DROP DATABASE waits for every process of the server to notice it, and one whose
    /// commit waits for a standby (`UnknownOutcomeTests`) notices nothing until that test ends.
    private let removal: PostgreSQLDatabase
    private var templates: [String: Task<String, any Error>] = [:]
    private var made = 0
    private var lent = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    private init() throws {
        guard let url = ProcessInfo.processInfo.environment["KYCK_TEST_POSTGRES_URL"], !url.isEmpty else {
            throw MissingPart(
                description:
                    "KYCK_TEST_POSTGRES_URL is not set: these tests need a real PostgreSQL, which bin/test starts."
            )
        }
        self.url = url
        let patient = { connections in
            PostgreSQLDatabase(
                .init(
                    url: url,
                    connections: connections,
                    waitingTime: .seconds(600),
                    readDeadline: .seconds(300),
                    writeDeadline: .seconds(300)
                )
            )
        }
        administration = patient(2)
        removal = patient(1)
    }

    /// How tests connect to one of the server's databases: patiently, because two cores may run a hundred tests.
    package nonisolated func configuration(database name: String) -> PostgreSQLDatabase.Configuration {
        PostgreSQLDatabase.Configuration(
            url: Self.replacingDatabase(of: url, by: name),
            connections: Self.connectionsEach,
            waitingTime: .seconds(60),
            readDeadline: .seconds(60),
            writeDeadline: .seconds(60),
            connectTimeout: .seconds(30)
        )
    }

    /// A new database with this schema. Waits while too many are lent.
    package func lend(migrations: [Migration]) async throws -> String {
        if lent >= Self.mostLent {
            await withCheckedContinuation { waiting.append($0) }
        } else {
            lent += 1
        }
        do {
            let template = try await template(migrations)
            made += 1
            let name = "test_\(ProcessInfo.processInfo.processIdentifier)_\(made)"
            try await administration.runAlone(Query(definition: "CREATE DATABASE \(name) TEMPLATE \(template)"))
            return name
        } catch {
            returnSlot()
            throw error
        }
    }

    /// Runs a statement as the server's owner, outside a transaction.
    package func administer(_ statement: String) async throws {
        try await administration.runAlone(Query(definition: statement))
    }

    package func takeBack(_ name: String) async {
        try? await removal.runAlone(Query(definition: "DROP DATABASE \(name) WITH (FORCE)"))
        returnSlot()
    }

    private func returnSlot() {
        if waiting.isEmpty { lent -= 1 } else { waiting.removeFirst().resume() }
    }

    private func template(_ migrations: [Migration]) async throws -> String {
        let key = migrations.map { "\($0.number) \($0.name)\n" + $0.statements(.postgresql).joined() }.joined()
        if let task = templates[key] { return try await task.value }
        let name = "template_\(ProcessInfo.processInfo.processIdentifier)_\(templates.count)"
        let task = Task {
            try await administration.runAlone(
                Query(
                    definition: """
                        CREATE DATABASE \(name) TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'
                        """
                )
            )
            let database = PostgreSQLDatabase(configuration(database: name))
            _ = try await Migrator(migrations).migrate(database, now: 0)
            // A database with connections cannot be copied.
            try await database.close()
            return name
        }
        templates[key] = task
        return try await task.value
    }

    /// `postgresql://…@host:port/postgres?…` with another name after the last slash of its path.
    private static func replacingDatabase(of url: String, by name: String) -> String {
        let parts = url.split(separator: "?", maxSplits: 1)
        let base = parts.first.map(String.init) ?? url
        let query = parts.count > 1 ? "?" + parts[1] : ""
        let path = base.split(separator: "/", omittingEmptySubsequences: false)
        // postgresql: / empty / authority / name
        return path.prefix(3).joined(separator: "/") + "/" + name + query
    }
}
