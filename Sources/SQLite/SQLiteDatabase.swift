internal import Foundation
package import SQL

/// The embedded engine: one file, one writer that commits in groups, readers on snapshots of their own.
///
/// Runs in WAL mode with `synchronous=FULL`: a write that was answered survives a crash of the process and of the
/// machine. Foreign keys are on. One process may write while others read; a second writing process waits up to five
/// seconds for its turn and then gets `DatabaseError.conflict`.
package final class SQLiteDatabase: Database {
    /// How often the writer committed and how many writes it took; their ratio is the size of a group.
    package struct Statistics: Sendable {
        package var commits = 0
        package var writes = 0
        /// How many have asked and are not taken into a group yet.
        package var waiting = 0
    }

    package let dialect = Dialect.sqlite

    private let connections: Connections

    /// Opens the file at `path`, making it when it is missing; its folder must exist.
    ///
    /// Throws `DatabaseError.unavailable` when it cannot be opened, `.statement` when it is no database.
    ///
    /// - Parameter longestGroup: how long a commit takes in more writes.
    package convenience init(path: String, longestGroup: Duration = longestGroup) throws {
        try self.init(connections: Connections(path: path, longestGroup: longestGroup))
    }

    package static let longestGroup = Duration.milliseconds(50)

    private init(connections: Connections) {
        self.connections = connections
    }

    /// A database that lives as long as this value: the engine for tests that need no file.
    package static func inMemory() throws -> SQLiteDatabase {
        try SQLiteDatabase(connections: Connections())
    }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await connections.read(body)
    }

    /// A task that is cancelled while its write waits still gets the write's answer: what was asked for is done whole.
    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await connections.write(body)
    }

    package func checkWritable() async throws {
        try await write { transaction in
            // Rewrites the file's header, which nothing else uses: a commit that reaches the disk and changes nothing.
            try transaction.run("PRAGMA user_version = 0")
        }
    }

    package func close() async throws {
        try await connections.close()
    }

    package var statistics: Statistics { connections.statistics }

    /// Copies the database to a new file while it is in use, and checks the copy: its pages, its foreign keys, and that
    /// every table has as many rows as when the copy began.
    ///
    /// The copy is written beside `path` and takes its name only once it is proven. Throws
    /// `BackupFailure` when the file exists or the copy is not whole.
    package func backup(
        to path: String,
        progress: @escaping @Sendable (BackupProgress) -> Void = { _ in }
    ) async throws -> BackupReport {
        try await connections.backup(to: path, progress: progress)
    }
}
