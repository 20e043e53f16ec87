import Foundation
import SQL
import SQLite

/// A file in a folder that is removed with this value.
final class DatabaseFolder: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(path: "kyck-sqlite-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    func path(_ name: String) -> String {
        url.appending(path: name).path(percentEncoded: false)
    }

    /// - Parameter longestGroup: long where a test counts commits, so that a busy machine does not divide a group.
    func database(longestGroup: Duration = SQLiteDatabase.longestGroup) async throws -> SQLiteDatabase {
        let database = try SQLiteDatabase(path: path("test.sqlite"), longestGroup: longestGroup)
        try await database.write { transaction in
            try transaction.run("CREATE TABLE IF NOT EXISTS thing (id INTEGER PRIMARY KEY, content BLOB) STRICT")
        }
        return database
    }
}
