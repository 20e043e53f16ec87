package import Domain
package import SQL

/// What guardians want to be told, and when not.
package struct MessagePreferenceStore: Sendable {
    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    package func preferences(of guardian: Guardian.ID) async throws -> MessagePreferences {
        try await database.read { transaction in
            let off = try transaction.rows(
                "SELECT kind FROM message_preference WHERE guardian_id = \(guardian) AND enabled = 0 ORDER BY kind"
            )
            let row = try transaction.row(
                "SELECT start_minute, end_minute FROM quiet_hours WHERE guardian_id = \(guardian)"
            )
            let quiet: QuietHours? = if let row { try Self.quiet(in: row) } else { .usual }
            return MessagePreferences(off: Set(try off.map { try $0["kind"] }), quiet: quiet)
        }
    }

    package func set(_ preferences: MessagePreferences, of guardian: Guardian.ID) async throws {
        try await database.write { transaction in
            for kind in Message.Kind.allCases {
                try transaction.run(
                    """
                    INSERT INTO message_preference (guardian_id, kind, enabled)
                    VALUES (\(guardian), \(kind), \(!preferences.off.contains(kind)))
                    ON CONFLICT (guardian_id, kind) DO UPDATE SET enabled = excluded.enabled
                    """
                )
            }
            try transaction.run(
                """
                INSERT INTO quiet_hours (guardian_id, start_minute, end_minute)
                VALUES (\(guardian), \(preferences.quiet?.start), \(preferences.quiet?.end))
                ON CONFLICT (guardian_id) DO UPDATE SET start_minute = excluded.start_minute,
                    end_minute = excluded.end_minute
                """
            )
        }
    }

    /// The hours a row says; nil where it says that there are none.
    static func quiet(in row: Row) throws -> QuietHours? {
        guard let start: Int = try row["start_minute"], let end: Int = try row["end_minute"] else { return nil }
        guard let hours = QuietHours(start: start, end: end) else {
            throw DatabaseError.unexpectedValue(column: "start_minute", expected: "QuietHours")
        }
        return hours
    }
}
