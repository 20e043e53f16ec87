import Foundation
import PostgreSQL
import SQL
import SQLite
import ServiceLifecycle
import Storage

/// Opens the database that the settings name. It is not migrated here.
func buildDatabase(_ settings: Settings) throws -> any Database {
    switch settings.database {
    case .sqlite(let path):
        let folder = URL(filePath: path).deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            return try SQLiteDatabase(path: path)
        } catch {
            throw ExitFailure(.unavailable, "the database \(path) could not be opened: \(error)")
        }
    case .postgresql(let url):
        return PostgreSQLDatabase(
            .init(
                url: url,
                connections: settings.databaseConnections,
                preparedStatements: settings.preparedStatements
            )
        )
    }
}

/// A service that answers with an old schema would answer wrongly: it does not start.
func requireMigrated(_ database: any Database) async throws {
    let pending: [Migration]
    do {
        pending = try await Migrator(Schema.migrations).pending(database)
    } catch let refusal as Migrator.Refusal {
        throw ExitFailure(.configuration, refusal.description)
    } catch let error as DatabaseError {
        throw ExitFailure(
            .unavailable,
            "the database does not answer: \(error). Is it running, and is KYCK_DATABASE_URL right?"
        )
    }
    guard pending.isEmpty else {
        throw ExitFailure(.configuration, "the database lacks \(pending.count) migration(s): run kyck migrate first")
    }
}

/// Closes the database after everything that uses it has stopped: it stands first in the group.
struct DatabaseService: Service {
    let database: any Database

    func run() async throws {
        // Cancelled or shut down, the end is the same.
        try? await gracefulShutdown()
        try await database.close()
    }
}
