import ArgumentParser
import Domain
import SQL
import Storage

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Brings the database's schema up to date."
    )

    func run() async throws {
        try await reportingFailures {
            let platform = try await Platform.open(role: "migrate", requiringMigrations: false)
            do {
                let now = platform.clock.now().millisecondsSince1970
                let applied = try await Migrator(Schema.migrations).migrate(platform.database, now: now)
                for migration in applied { print("applied \(migration.number) \(migration.name)") }
                if applied.isEmpty { print("the schema is up to date") }
            } catch let refusal as Migrator.Refusal {
                throw ExitFailure(.configuration, refusal.description)
            } catch let error as DatabaseError {
                throw ExitFailure(.unavailable, "the schema could not be changed: \(error)")
            }
            try await platform.database.close()
        }
    }
}
