package import Domain
import SQL

/// What the tables of messages hold about one guardian, to take along.
package struct MessageExport: Sendable {
    package struct Device: Sendable {
        package let id: PushDevice.ID
        package let session: Session.ID
        package let kind: PushDevice.Kind
        package let createdAt: Instant
        package let seenAt: Instant
    }

    package struct Kept: Sendable {
        package let message: Message
        package let cause: String
        package let createdAt: Instant
        package let expiresAt: Instant
    }

    package struct Preference: Sendable {
        package let kind: Message.Kind
        package let isOn: Bool
    }

    /// What was said about quiet hours: nil inside for none.
    package struct Quiet: Sendable {
        package let hours: QuietHours?
    }

    package let devices: [Device]
    package let messages: [Kept]
    package let preferences: [Preference]
    package let quiet: Quiet?

    init(of guardian: Guardian.ID, _ transaction: any Transaction) throws {
        devices = try transaction.rows(
            """
            SELECT id, session_id, kind, created_at, seen_at FROM push_device WHERE guardian_id = \(guardian)
            ORDER BY seen_at DESC, id DESC
            """
        ).map { row in
            Device(
                id: try row["id"],
                session: try row["session_id"],
                kind: try row["kind"],
                createdAt: try row["created_at"],
                seenAt: try row["seen_at"]
            )
        }
        messages = try transaction.rows(
            """
            SELECT id, kind, cause, title, body, path, created_at, expires_at FROM message
            WHERE guardian_id = \(guardian) ORDER BY created_at DESC, id DESC
            """
        ).map { row in
            Kept(
                message: Message(
                    id: try row["id"],
                    kind: try row["kind"],
                    title: try row["title"],
                    body: try row["body"],
                    path: try row["path"]
                ),
                cause: try row["cause"],
                createdAt: try row["created_at"],
                expiresAt: try row["expires_at"]
            )
        }
        preferences = try transaction.rows(
            "SELECT kind, enabled FROM message_preference WHERE guardian_id = \(guardian) ORDER BY kind"
        ).map { Preference(kind: try $0["kind"], isOn: try $0["enabled"]) }
        quiet = try transaction.row("SELECT start_minute, end_minute FROM quiet_hours WHERE guardian_id = \(guardian)")
            .map { Quiet(hours: try MessagePreferenceStore.quiet(in: $0)) }
    }
}
