import SQL

extension Migration {
    /// Messages to guardians, the devices they go to, and what became of each on each.
    static let messages = Migration(number: 7, name: "messages") { dialect in
        let (integer, bytes, strict) = (dialect.integer, dialect.bytes, dialect.strict)
        return [
            """
            CREATE TABLE push_device (
                id TEXT NOT NULL PRIMARY KEY,
                guardian_id TEXT NOT NULL REFERENCES guardian (id) ON DELETE CASCADE,
                session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
                kind TEXT NOT NULL CHECK (kind IN ('firebase', 'web')),
                address_lookup \(bytes) NOT NULL UNIQUE,
                address_cipher \(bytes) NOT NULL,
                address_key_id TEXT NOT NULL,
                created_at \(integer) NOT NULL,
                seen_at \(integer) NOT NULL
            )\(strict)
            """,
            "CREATE INDEX push_device_by_guardian ON push_device (guardian_id)",
            "CREATE INDEX push_device_by_session ON push_device (session_id)",
            // One message for one cause: a job that runs again tells nobody twice. What is about a child goes with it.
            """
            CREATE TABLE message (
                id TEXT NOT NULL PRIMARY KEY,
                guardian_id TEXT NOT NULL REFERENCES guardian (id) ON DELETE CASCADE,
                child_id TEXT REFERENCES child (id) ON DELETE CASCADE,
                kind TEXT NOT NULL CHECK (kind IN ('weekly_report', 'request_waiting', 'board_notice', 'event')),
                cause TEXT NOT NULL,
                title TEXT NOT NULL,
                body TEXT NOT NULL,
                path TEXT,
                created_at \(integer) NOT NULL,
                expires_at \(integer) NOT NULL,
                UNIQUE (guardian_id, cause)
            )\(strict)
            """,
            "CREATE INDEX message_by_age ON message (created_at)",
            "CREATE INDEX message_by_child ON message (child_id) WHERE child_id IS NOT NULL",
            // While it waits, `next_at` is when it is due; taken by a sender, until when that sender may try.
            """
            CREATE TABLE delivery (
                message_id TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
                device_id TEXT NOT NULL REFERENCES push_device (id) ON DELETE CASCADE,
                state TEXT NOT NULL DEFAULT 'waiting'
                    CHECK (state IN ('waiting', 'delivered', 'refused', 'expired', 'unwanted')),
                attempts \(integer) NOT NULL DEFAULT 0 CHECK (attempts >= 0),
                next_at \(integer) NOT NULL,
                taker TEXT,
                refusal TEXT,
                ended_at \(integer),
                PRIMARY KEY (message_id, device_id)
            )\(strict)
            """,
            "CREATE INDEX delivery_due ON delivery (next_at) WHERE state = 'waiting'",
            "CREATE INDEX delivery_by_device ON delivery (device_id)",
            """
            CREATE TABLE message_preference (
                guardian_id TEXT NOT NULL REFERENCES guardian (id) ON DELETE CASCADE,
                kind TEXT NOT NULL CHECK (kind IN ('weekly_report', 'request_waiting', 'board_notice', 'event')),
                enabled \(integer) NOT NULL CHECK (enabled IN (0, 1)),
                PRIMARY KEY (guardian_id, kind)
            )\(strict)
            """,
            // No row: the usual hours. A row without minutes: none.
            """
            CREATE TABLE quiet_hours (
                guardian_id TEXT NOT NULL PRIMARY KEY REFERENCES guardian (id) ON DELETE CASCADE,
                start_minute \(integer) CHECK (start_minute BETWEEN 0 AND 1439),
                end_minute \(integer) CHECK (end_minute BETWEEN 0 AND 1439),
                CHECK ((start_minute IS NULL) = (end_minute IS NULL)),
                CHECK (start_minute <> end_minute)
            )\(strict)
            """,
        ]
    }
}
