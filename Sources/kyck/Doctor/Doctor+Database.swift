import Domain
import Foundation
import SQL
import Storage

extension Doctor {
    /// Below this a machine is about to fail; with less than twice the database there is no room for a backup and a
    /// week of growth.
    private static let leastRoom: Int64 = 200 * 1_048_576

    func database() async -> [Finding] {
        if case .sqlite(let path) = settings.database, !FileManager.default.fileExists(atPath: path) {
            return [
                .fail(
                    "database",
                    "there is none yet at \(path)",
                    mend: "kyck migrate makes it; if it should be there, look at KYCK_DATABASE_URL and KYCK_DATA_DIR",
                    .configuration
                )
            ]
        }
        do {
            let database = try buildDatabase(settings)
            let findings = await examine(database)
            try await database.close()
            return findings
        } catch {
            return [unreachable(error)]
        }
    }

    private func examine(_ database: any Database) async -> [Finding] {
        do {
            _ = try await database.read { try $0.row("SELECT 1 AS one") }
        } catch {
            return [unreachable(error)]
        }
        var findings = [Finding.ok("database", "\(place) answers")]
        let schema = await schema(of: database)
        findings.append(schema)
        findings.append(await writing(to: database))
        findings += await durability(of: database)
        findings.append(await time(by: database, isMigrated: schema.level == .ok))
        return findings
    }

    /// Where the database is, without the password.
    private var place: String {
        switch settings.database {
        case .sqlite(let path): return "SQLite at \(path)"
        case .postgresql(let url):
            guard let parts = URLComponents(string: url), let host = parts.host else { return "PostgreSQL" }
            return "PostgreSQL at \(host)\(parts.port.map { ":\($0)" } ?? "")\(parts.path)"
        }
    }

    private func unreachable(_ error: any Error) -> Finding {
        .fail(
            "database",
            "\(place) does not answer: \(reason(of: error))",
            mend: "is it running, and is KYCK_DATABASE_URL right?",
            .unavailable
        )
    }

    private func reason(of error: any Error) -> String {
        if case DatabaseError.unavailable(let reason) = error { return reason }
        return (error as? ExitFailure)?.description ?? "\(error)"
    }

    private func schema(of database: any Database) async -> Finding {
        do {
            let pending = try await Migrator(Schema.migrations).pending(database)
            if pending.isEmpty { return .ok("schema", "up to date, migration \(Schema.migrations.count)") }
            return .fail(
                "schema",
                "\(pending.count) of \(Schema.migrations.count) migrations are missing",
                mend: "kyck migrate",
                .configuration
            )
        } catch let refusal as Migrator.Refusal {
            return .fail(
                "schema",
                refusal.description,
                mend: "run the version of Kyck that made this database, or a newer one",
                .configuration
            )
        } catch {
            return .fail("schema", "cannot be read: \(reason(of: error))", mend: "look at the database", .unavailable)
        }
    }

    private func writing(to database: any Database) async -> Finding {
        do {
            try await database.checkWritable()
            return .ok("writing", "a write is acknowledged")
        } catch {
            return .fail(
                "writing",
                "no write is acknowledged: \(reason(of: error))",
                mend: database.dialect == .sqlite
                    ? "may this user write the database and its folder, and is there room?"
                    : "is this the primary, are its standbys up, and is there room?",
                .unavailable
            )
        }
    }

    // MARK: Whether an acknowledged write is kept

    private func durability(of database: any Database) async -> [Finding] {
        do {
            switch settings.database {
            case .sqlite(let path): return [try await sqliteMode(of: database), room(for: path)]
            case .postgresql: return [try await postgresqlMode(of: database)]
            }
        } catch {
            return [
                .warn("durability", "cannot be read: \(reason(of: error))", mend: "look at the database")
            ]
        }
    }

    private func sqliteMode(of database: any Database) async throws -> Finding {
        // Asked on the writer: each connection has its own.
        let (journal, synchronous) = try await database.write { transaction in
            let journal: String? = try transaction.row("PRAGMA journal_mode").map { try $0["journal_mode"] }
            let synchronous: Int? = try transaction.row("PRAGMA synchronous").map { try $0["synchronous"] }
            return (journal, synchronous)
        }
        if journal == "wal", synchronous == 2 { return .ok("durability", "WAL with synchronous=FULL") }
        return .fail(
            "durability",
            "journal_mode is \(journal ?? "unknown") and synchronous \(synchronous ?? -1), not wal and 2",
            mend: "the folder must be on a local disk: network file systems cannot share SQLite's log",
            .configuration
        )
    }

    private func room(for path: String) -> Finding {
        let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64) ?? 0
        guard let free = freeBytes(folder) else {
            return .warn("room", "the free space of \(folder) cannot be read", mend: "df \(folder)")
        }
        let text = "\(free.size) free, the database has \(size.size)"
        if free < Self.leastRoom {
            return .fail("room", text, mend: "make room on the disk of \(folder)", .unavailable)
        }
        if free < 2 * size {
            return .warn("room", text, mend: "a backup needs as much again: make room on the disk of \(folder)")
        }
        return .ok("room", text)
    }

    private func postgresqlMode(of database: any Database) async throws -> Finding {
        let (fsync, commit, version) = try await database.read { transaction in
            let row = try transaction.row(
                """
                SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
                    current_setting('server_version') AS version
                """
            )
            guard let row else { throw DatabaseError.missingColumn("fsync") }
            let (fsync, commit, version): (String, String, String) = (
                try row["fsync"], try row["commit"], try row["version"]
            )
            return (fsync, commit, version)
        }
        if fsync == "on", commit != "off" {
            return .ok("durability", "PostgreSQL \(version), synchronous_commit is \(commit)")
        }
        return .warn(
            "durability",
            "fsync is \(fsync) and synchronous_commit \(commit): acknowledged writes can be lost",
            mend: "turn both on in postgresql.conf"
        )
    }

    // MARK: The clock

    /// How far two machines' clocks may be apart before codes and tokens suffer.
    private static let drift = Span.seconds(5)

    private func time(by database: any Database, isMigrated: Bool) async -> Finding {
        let now = clock.now()
        do {
            switch database.dialect {
            case .sqlite:
                guard isMigrated else { return .ok("clock", now.date.formatted(.iso8601)) }
                let last: Instant? = try await database.read { transaction in
                    try transaction.row("SELECT max(applied_at) AS at FROM migration").flatMap { try $0["at"] }
                }
                return clockFinding(now, behind: last)
            case .postgresql:
                let theirs: Instant? = try await database.read { transaction in
                    try transaction.row(
                        "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint) AS at"
                    ).flatMap { try $0["at"] }
                }
                guard let theirs else { return clockFinding(now, behind: nil) }
                let apart = max(theirs - now, now - theirs)
                if apart <= Self.drift {
                    return .ok("clock", "within \(Self.drift.milliseconds / 1_000) s of the database's")
                }
                return .warn(
                    "clock",
                    "\(apart.milliseconds / 1_000) s apart from the database's: one-time codes and tokens go by it",
                    mend: "let both machines follow a time server"
                )
            }
        } catch {
            return .warn("clock", "cannot be compared: \(reason(of: error))", mend: "look at the database")
        }
    }

    private func clockFinding(_ now: Instant, behind last: Instant?) -> Finding {
        let text = now.date.formatted(.iso8601)
        guard let last, last > now else { return .ok("clock", text) }
        return .fail(
            "clock",
            "it says \(text), but the schema was changed after that",
            mend: "set the clock, or let the machine follow a time server",
            .unavailable
        )
    }
}

extension Int64 {
    /// A size for people.
    fileprivate var size: String {
        let mebibyte: Int64 = 1_048_576
        if self < mebibyte { return "less than 1 MiB" }
        if self < 10 * 1_024 * mebibyte { return "\(self / mebibyte) MiB" }
        return "\(self / (1_024 * mebibyte)) GiB"
    }
}
