internal import Foundation
internal import PostgreSQL
package import SQL
internal import SQLite
internal import Storage

/// The engines every test of stored data runs on: `@Test(arguments: Engine.allCases)`.
package enum Engine: String, CaseIterable, Sendable {
    case sqlite
    case postgresql

    /// A database of this test's own, with the newest schema. It goes away with its last reference.
    ///
    /// SQLite gets a file in a temporary folder, PostgreSQL a copy of a migrated database on the server that
    /// `KYCK_TEST_POSTGRES_URL` names; without one this throws: a missing engine is a failure, not a reason to skip.
    package func makeDatabase(migrations: [Migration] = Schema.migrations) async throws -> any Database {
        switch self {
        case .sqlite: try await TestDatabase.sqlite(migrations: migrations)
        case .postgresql: try await TestDatabase.postgresql(migrations: migrations)
        }
    }
}

/// A part that the tests need is missing.
package struct MissingPart: Error, CustomStringConvertible {
    package let description: String
}

/// A database that removes itself when the test that made it lets go of it.
package final class TestDatabase: Database {
    package let dialect: Dialect
    private let wrapped: any Database
    private let remove: @Sendable () async -> Void

    private init(_ wrapped: any Database, remove: @escaping @Sendable () async -> Void) {
        dialect = wrapped.dialect
        self.wrapped = wrapped
        self.remove = remove
    }

    deinit {
        Task { [remove] in await remove() }
    }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await wrapped.read(body)
    }

    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await wrapped.write(body)
    }

    package func checkWritable() async throws {
        try await wrapped.checkWritable()
    }

    package func close() async throws {
        try await wrapped.close()
    }

    fileprivate static func sqlite(migrations: [Migration]) async throws -> TestDatabase {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kyck-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let database = try SQLiteDatabase(path: folder.appending(path: "test.sqlite").path(percentEncoded: false))
        _ = try await Migrator(migrations).migrate(database, now: 0)
        return TestDatabase(database) {
            try? await database.close()
            try? FileManager.default.removeItem(at: folder)
        }
    }

    fileprivate static func postgresql(migrations: [Migration]) async throws -> TestDatabase {
        let server = try TestServer.shared.get()
        let name = try await server.lend(migrations: migrations)
        let database = PostgreSQLDatabase(server.configuration(database: name))
        return TestDatabase(database) {
            try? await database.close()
            await server.takeBack(name)
        }
    }
}
