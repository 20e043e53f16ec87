import SQL

extension Migration {
    /// When and how much a child watches: rules, what was granted on top, and what was asked for.
    static let timeRules = Migration(number: 6, name: "time-rules") { dialect in
        let (integer, strict) = (dialect.integer, dialect.strict)
        return [
            // Which dates count as one day after the family changed its zone, until when.
            "ALTER TABLE guardian ADD COLUMN move_first TEXT",
            "ALTER TABLE guardian ADD COLUMN move_last TEXT",
            "ALTER TABLE guardian ADD COLUMN move_until \(integer)",
            // Of what was watched, by budget. Days before this are not divided.
            "ALTER TABLE watch_day ADD COLUMN learning_ms \(integer) NOT NULL DEFAULT 0 CHECK (learning_ms >= 0)",
            "ALTER TABLE watch_day ADD COLUMN fun_ms \(integer) NOT NULL DEFAULT 0 CHECK (fun_ms >= 0)",
            // JSON: see WatchRuleText. What the screening of a catalogue asks in SQL stays in child.
            """
            CREATE TABLE watch_rule (
                child_id TEXT NOT NULL PRIMARY KEY REFERENCES child (id) ON DELETE CASCADE,
                rules TEXT NOT NULL,
                updated_at \(integer) NOT NULL
            )\(strict)
            """,
            // A row for each grant, so that one that is repeated after an unknown outcome counts once; the day's bonus is
            // their sum.
            """
            CREATE TABLE bonus (
                id TEXT NOT NULL PRIMARY KEY,
                child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
                day TEXT NOT NULL,
                minutes \(integer) NOT NULL CHECK (minutes BETWEEN 1 AND 240),
                granted_at \(integer) NOT NULL
            )\(strict)
            """,
            "CREATE INDEX bonus_by_day ON bonus (child_id, day)",
            """
            CREATE TABLE request (
                id TEXT NOT NULL PRIMARY KEY,
                child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
                kind TEXT NOT NULL CHECK (kind IN ('video', 'time')),
                video_id TEXT REFERENCES video (id) ON DELETE CASCADE,
                state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'granted', 'refused')),
                minutes \(integer) CHECK (minutes BETWEEN 1 AND 240),
                created_at \(integer) NOT NULL,
                decided_at \(integer),
                CHECK ((kind = 'video') = (video_id IS NOT NULL)),
                CHECK ((state = 'waiting') = (decided_at IS NULL))
            )\(strict)
            """,
            "CREATE INDEX request_by_child ON request (child_id, created_at)",
            "CREATE UNIQUE INDEX request_waiting_video ON request (child_id, video_id) WHERE state = 'waiting'",
            "CREATE UNIQUE INDEX request_waiting_time ON request (child_id) WHERE state = 'waiting' AND kind = 'time'",
        ]
    }
}
