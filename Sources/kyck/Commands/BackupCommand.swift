import ArgumentParser
import Foundation
import SQL
import SQLite
import Storage
import Synchronization

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies the SQLite database to a new file while it is in use, and proves the copy.",
        discussion: """
            The copy is checked page by page, its references and its rows are counted, and only then it takes its name. \
            To restore, stop Kyck and put the copy where the database was, without the files ending in -wal and -shm. \
            Videos of our own lie in the media folder and are copied like any other files.
            """
    )

    @Argument(help: "The file to make. It must not be there yet.")
    var file: String

    func run() async throws {
        try await reportingFailures {
            let settings = try await Settings.load()
            try check(settings)
            guard let database = try buildDatabase(settings) as? SQLiteDatabase else { return }
            try await checkFilled(database)
            let start = ContinuousClock.now
            let progress = CopyProgress()
            let report: BackupReport
            do {
                report = try await database.backup(to: file, progress: progress.show)
            } catch {
                progress.end()
                throw Self.explained(error, file: file)
            }
            progress.end()
            try await database.close()
            print(Self.table(report, file: file, took: .now - start), terminator: "")
        }
    }

    private func check(_ settings: Settings) throws {
        guard case .sqlite(let path) = settings.database else {
            throw ExitFailure(
                .usage,
                "kyck backup copies SQLite. PostgreSQL is backed up by its own tools: pg_dump for one copy, pgBackRest "
                    + "for every minute"
            )
        }
        // Opening would make an empty one.
        guard FileManager.default.fileExists(atPath: path) else {
            throw ExitFailure(.noInput, "there is no database at \(path): is KYCK_DATABASE_URL right?")
        }
        let folder = URL(filePath: file).deletingLastPathComponent().path(percentEncoded: false)
        guard FileManager.default.fileExists(atPath: folder) else {
            throw ExitFailure(.usage, "there is no folder \(folder) to put the backup into")
        }
    }

    /// Copying an empty database would look like a backup.
    private func checkFilled(_ database: SQLiteDatabase) async throws {
        guard let pending = try? await Migrator(Schema.migrations).pending(database),
            pending.count == Schema.migrations.count
        else { return }
        throw ExitFailure(.noInput, "there is nothing in the database yet: is KYCK_DATABASE_URL right?")
    }

    static func explained(_ error: any Error, file: String) -> ExitFailure {
        switch error {
        case BackupFailure.exists(let path):
            ExitFailure(.usage, "\(path) is there already: a backup never overwrites, name another file")
        case BackupFailure.damaged(let finding):
            ExitFailure(.badData, "no backup was made, because the database is damaged: \(finding)")
        case BackupFailure.rowsDiffer(let table, let source, let copy):
            ExitFailure(
                .badData,
                "no backup was made: the copy has \(copy) rows of \(table) where the database has \(source)"
            )
        case DatabaseError.full:
            ExitFailure(.unavailable, "no backup was made: there is not enough room for \(file)")
        default:
            ExitFailure(.unavailable, "no backup was made at \(file): \(error)")
        }
    }

    static func table(_ report: BackupReport, file: String, took: Duration) -> String {
        let full = report.rows.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        let width = full.map(\.key.count).max() ?? 0
        let lines = full.map { table, rows in
            "  " + table.padding(toLength: width + 2, withPad: " ", startingAt: 0) + "\(rows)\n"
        }
        let total = report.rows.values.reduce(0, +)
        let seconds = took.formatted(.units(allowed: [.seconds], width: .narrow, fractionalPart: .show(length: 2)))
        return "backed up and verified: \(file)\n" + lines.joined()
            + "\(total) rows in \(report.rows.count) tables, \(report.bytes) bytes, \(seconds)\n"
    }
}

/// How far the copy is, on a terminal only: elsewhere the closing table says it all.
private final class CopyProgress: Sendable {
    private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
    private let lastShown = Mutex(-1)

    func show(_ progress: BackupProgress) {
        guard isTerminal, progress.totalPages > 0 else { return }
        let percent = progress.copiedPages * 100 / progress.totalPages
        let isNew = lastShown.withLock { last in
            defer { last = percent }
            return last != percent
        }
        guard isNew else { return }
        let filled = percent * 30 / 100
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        write("\r\(bar) \(percent) %")
    }

    func end() {
        let wasShown = lastShown.withLock { $0 >= 0 }
        if isTerminal, wasShown { write("\r" + String(repeating: " ", count: 40) + "\r") }
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
