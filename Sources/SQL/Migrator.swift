/// Brings a database's schema to the newest migration, one transaction each.
///
/// The database remembers what was applied and with which text. A database that knows a migration we do not is newer
/// than this program, and one whose text differs was made by another history: both are refused before anything changes.
package struct Migrator: Sendable {
    /// Why a database is not touched.
    package enum Refusal: Error, Equatable, Sendable, CustomStringConvertible {
        /// The database was migrated by a newer version of the program.
        case unknownMigration(number: Int, name: String)
        /// A released migration was edited.
        case changedMigration(number: Int, name: String)
        /// The list of migrations itself is not 1, 2, 3, ….
        case misnumbered(expected: Int, found: Int)

        package var description: String {
            switch self {
            case .unknownMigration(let number, let name):
                "The database has migration \(number) (\(name)), which this version does not know: use a newer version."
            case .changedMigration(let number, let name):
                "Migration \(number) (\(name)) was applied with another text: a released migration was edited."
            case .misnumbered(let expected, let found):
                "Migration \(expected) was expected, \(found) was found: migrations are numbered without gaps."
            }
        }
    }

    /// A migration the database has.
    package struct Applied: Sendable, Equatable {
        package let number: Int
        package let name: String
        let checksum: String
    }

    /// Any number of our own: the lock that keeps two programs from migrating one PostgreSQL database at once.
    private static let advisoryLock = 6_597_563

    /// The longest a migration may take on an engine with deadlines.
    private static let deadline = Duration.seconds(3_600)

    private let migrations: [Migration]

    /// `migrations` is the whole history, oldest first, numbered from 1 without gaps.
    package init(_ migrations: [Migration]) {
        self.migrations = migrations
    }

    /// Applies what is missing and returns it, oldest first. `now` is written as `applied_at`, in milliseconds UTC.
    ///
    /// Safe to run from several processes at once. Throws `Refusal`, or the error of the statement that failed, after
    /// which the migration it belongs to is undone and those before it stay.
    package func migrate(_ database: any Database, now: Int64) async throws -> [Applied] {
        try checkNumbers()
        var done: [Applied] = []
        while let migration = try await applyNext(database, now: now) {
            done.append(migration)
        }
        return done
    }

    /// What `migrate` would apply. Changes nothing; throws `Refusal` as `migrate` would.
    package func pending(_ database: any Database) async throws -> [Migration] {
        try checkNumbers()
        let applied = try await database.read { transaction in
            try Self.hasTable(transaction) ? try Self.applied(transaction) : []
        }
        try check(applied, dialect: database.dialect)
        return Array(migrations.dropFirst(applied.count))
    }

    private func applyNext(_ database: any Database, now: Int64) async throws -> Applied? {
        try await TransactionDeadline.$current.withValue(Self.deadline) {
            try await database.write { transaction in
                if transaction.dialect == .postgresql {
                    _ = try transaction.rows("SELECT pg_advisory_xact_lock(\(Self.advisoryLock))")
                }
                try Self.makeTable(transaction)
                let applied = try Self.applied(transaction)
                try check(applied, dialect: transaction.dialect)
                guard let migration = migrations.dropFirst(applied.count).first else { return nil }
                for statement in migration.statements(transaction.dialect) {
                    try transaction.run(Query(definition: statement))
                }
                let checksum = migration.checksum(for: transaction.dialect)
                try transaction.run(
                    """
                    INSERT INTO migration (number, name, checksum, applied_at)
                    VALUES (\(migration.number), \(migration.name), \(checksum), \(now))
                    """
                )
                return Applied(number: migration.number, name: migration.name, checksum: checksum)
            }
        }
    }

    private func checkNumbers() throws(Refusal) {
        for (index, migration) in migrations.enumerated() where migration.number != index + 1 {
            throw .misnumbered(expected: index + 1, found: migration.number)
        }
    }

    private func check(_ applied: [Applied], dialect: Dialect) throws(Refusal) {
        for (index, one) in applied.enumerated() {
            if one.number != index + 1 { throw .misnumbered(expected: index + 1, found: one.number) }
            guard index < migrations.count else { throw .unknownMigration(number: one.number, name: one.name) }
            if migrations[index].checksum(for: dialect) != one.checksum {
                throw .changedMigration(number: one.number, name: one.name)
            }
        }
    }

    private static func makeTable(_ transaction: any Transaction) throws {
        let (integer, strict) = (transaction.dialect.integer, transaction.dialect.strict)
        try transaction.run(
            Query(
                definition: """
                    CREATE TABLE IF NOT EXISTS migration (
                        number \(integer) NOT NULL PRIMARY KEY,
                        name TEXT NOT NULL,
                        checksum TEXT NOT NULL,
                        applied_at \(integer) NOT NULL
                    )\(strict)
                    """
            )
        )
    }

    private static func hasTable(_ transaction: any Transaction) throws -> Bool {
        switch transaction.dialect {
        case .sqlite:
            try transaction.row("SELECT 1 AS found FROM sqlite_master WHERE type = 'table' AND name = 'migration'")
                != nil
        case .postgresql:
            try transaction.row("SELECT 1 AS found WHERE to_regclass('migration') IS NOT NULL") != nil
        }
    }

    private static func applied(_ transaction: any Transaction) throws -> [Applied] {
        try transaction.rows("SELECT number, name, checksum FROM migration ORDER BY number").map { row in
            Applied(number: try row["number"], name: try row["name"], checksum: try row["checksum"])
        }
    }
}

extension Migration {
    /// FNV-1a, 64 bits, of the name and the statements an engine gets. It has to notice an edit, not withstand an attacker
    /// (who could edit the table as well), so a hash of eight lines does and SQL needs no cryptography.
    func checksum(for dialect: Dialect) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for text in [name] + statements(dialect) {
            for byte in Array(text.utf8) + [0] {
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
