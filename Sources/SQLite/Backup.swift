internal import Foundation
internal import GRDB
internal import SQL

/// How far a backup has come, in pages.
package struct BackupProgress: Sendable {
    package let copiedPages: Int
    package let totalPages: Int
}

/// What a proven backup holds.
package struct BackupReport: Sendable {
    /// The rows of each table.
    package let rows: [String: Int]
    /// The size of the file.
    package let bytes: Int
}

/// Why there is no backup. Nothing is left at its path.
package enum BackupFailure: Error, Equatable, Sendable {
    case exists(path: String)
    /// The copy's pages or references are broken; the first finding in SQLite's words.
    case damaged(String)
    case rowsDiffer(table: String, source: Int, copy: Int)
}

extension Connections {
    /// Pages per step; between steps the progress is told. 1,024 pages are 4 MiB.
    private static let step: CInt = 1_024

    func backup(to path: String, progress: @escaping @Sendable (BackupProgress) -> Void) async throws -> BackupReport {
        guard !FileManager.default.fileExists(atPath: path) else { throw BackupFailure.exists(path: path) }
        let partial = path + ".partial"
        try Self.remove(partial)
        do {
            let rows = try await writer.read { source in
                // Counting opens the snapshot that the copy is then made of: writers go on, the copy does not see them.
                let rows = try Self.countRows(source)
                try Self.copy(source, to: partial, progress: progress)
                return rows
            }
            try Self.verify(partial, rows: rows)
            let handle = try FileHandle(forUpdating: URL(filePath: partial))
            try handle.synchronize()
            let bytes = try handle.seekToEnd()
            try handle.close()
            try FileManager.default.moveItem(atPath: partial, toPath: path)
            return BackupReport(rows: rows, bytes: Int(bytes))
        } catch {
            try? Self.remove(partial)
            if let error = error as? GRDB.DatabaseError { throw SharedError(error) }
            throw error
        }
    }

    private static func copy(
        _ source: GRDB.Database,
        to path: String,
        progress: @escaping @Sendable (BackupProgress) -> Void
    ) throws {
        let copy = try DatabaseQueue(path: path)
        try copy.writeWithoutTransaction { destination in
            try source.backup(to: destination, pagesPerStep: step) { step in
                progress(BackupProgress(copiedPages: step.completedPageCount, totalPages: step.totalPageCount))
            }
        }
        try copy.close()
    }

    private static func verify(_ path: String, rows: [String: Int]) throws {
        let copy = try DatabaseQueue(path: path)
        try copy.writeWithoutTransaction { database in
            // The copy inherits WAL mode; as a backup it is one file that needs no other beside it.
            try database.execute(sql: "PRAGMA journal_mode = DELETE")
            let findings = try String.fetchAll(database, sql: "PRAGMA integrity_check")
            guard findings == ["ok"] else { throw BackupFailure.damaged(findings.first ?? "no answer") }
            if let broken = try GRDB.Row.fetchOne(database, sql: "PRAGMA foreign_key_check") {
                throw BackupFailure.damaged("a row of \(broken["table"] ?? "a table") refers to nothing")
            }
            let copied = try countRows(database)
            for (table, count) in rows.sorted(by: { $0.key < $1.key }) where copied[table] != count {
                throw BackupFailure.rowsDiffer(table: table, source: count, copy: copied[table] ?? 0)
            }
        }
        try copy.close()
    }

    private static func countRows(_ database: GRDB.Database) throws -> [String: Int] {
        let tables = try String.fetchAll(
            database,
            sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
        var rows: [String: Int] = [:]
        for table in tables {
            rows[table] = try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table.quotedDatabaseIdentifier)")
        }
        return rows
    }

    private static func remove(_ path: String) throws {
        for name in [path, path + "-wal", path + "-shm", path + "-journal"]
        where FileManager.default.fileExists(atPath: name) {
            try FileManager.default.removeItem(atPath: name)
        }
    }
}
