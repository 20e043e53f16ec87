internal import Foundation
internal import GRDB
internal import SQL
internal import Synchronization

/// GRDB's connections and what Kyck asks of them.
final class Connections: Sendable {
    let writer: any DatabaseWriter
    private let groupCommit: GroupCommit
    private let readThreads: ReadThreads
    private let isClosed = Mutex(false)

    init(path: String, longestGroup: Duration) throws {
        do {
            let pool = try DatabasePool(path: path, configuration: Self.configuration)
            // GRDB sets synchronous=NORMAL on the writer after `prepareDatabase` has run, so FULL must come after
            // opening. NORMAL would lose the last commits of a machine that loses power.
            //
            // The WAL is carried over into the file once it has 4,000 pages (16 MiB; SQLite's own measure is 1,000): whoever
            // commits then waits for two syncs more, and most pages that beats change are changed again by the next ones.
            // The one who writes touches the pages of everybody; 32 MiB of them stay in memory.
            try pool.writeWithoutTransaction { database in
                try database.execute(
                    sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -32768"
                )
            }
            writer = pool
        } catch let error as GRDB.DatabaseError {
            throw SharedError(error)
        }
        groupCommit = GroupCommit(writer: writer, longestGroup: longestGroup)
        readThreads = ReadThreads(reader: writer, count: Self.readers)
    }

    /// In memory: one connection for reading and writing.
    init() throws {
        writer = try DatabaseQueue(configuration: Self.configuration)
        groupCommit = GroupCommit(writer: writer, longestGroup: SQLiteDatabase.longestGroup)
        readThreads = ReadThreads(reader: writer, count: 1)
    }

    /// More than there are processors, as some reads are long.
    private static let readers = 8

    private static var configuration: GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        // One more, for a backup.
        configuration.maximumReaderCount = readers + 1
        configuration.prepareDatabase { database in
            // Sorting and temporary tables stay in memory; 64 MiB is the most the WAL keeps after a checkpoint.
            try database.execute(sql: "PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864")
        }
        return configuration
    }

    var statistics: SQLiteDatabase.Statistics { groupCommit.statistics }

    func read<T: Sendable>(_ body: @escaping @Sendable (any SharedTransaction) throws -> T) async throws -> T {
        try checkOpen()
        do {
            return try await readThreads.read { database in
                let transaction = SQLiteTransaction(database)
                defer { transaction.end() }
                let value = try body(transaction)
                if let failure = transaction.failure { throw failure }
                return value
            }
        } catch let error as GRDB.DatabaseError {
            throw SharedError(error)
        }
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (any SharedTransaction) throws -> T) async throws -> T {
        try checkOpen()
        return try await groupCommit.write(body)
    }

    func close() async throws {
        let wasClosed = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return isClosed
        }
        if wasClosed { return }
        // Writes are answered in order, so this one is answered after all that were accepted.
        try await groupCommit.write { _ in }
        await readThreads.stop()
        do {
            try await withCheckedThrowingContinuation { continuation in
                DispatchQueue.global().async { [writer] in
                    continuation.resume(with: Result { try writer.close() })
                }
            }
        } catch let error as GRDB.DatabaseError {
            throw SharedError(error)
        }
    }

    private func checkOpen() throws(SharedError) {
        if isClosed.withLock({ $0 }) { throw .unavailable("the database is closed") }
    }
}
