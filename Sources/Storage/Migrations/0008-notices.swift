import SQL

extension Migration {
    /// Boards and what is written on them, events that open a window, and which of them guardians have put away.
    static let notices = Migration(number: 8, name: "notices") { dialect in
        let (integer, strict) = (dialect.integer, dialect.strict)
        return [
            """
            CREATE TABLE board (
                name TEXT NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 40),
                title_ko TEXT NOT NULL,
                title_en TEXT NOT NULL,
                place \(integer) NOT NULL
            )\(strict)
            """,
            """
            CREATE TABLE post (
                id TEXT NOT NULL PRIMARY KEY,
                board TEXT NOT NULL REFERENCES board (name),
                title_ko TEXT NOT NULL,
                title_en TEXT NOT NULL,
                body_ko TEXT NOT NULL,
                body_en TEXT NOT NULL,
                starts_at \(integer) NOT NULL,
                ends_at \(integer),
                withdrawn_at \(integer),
                CHECK (ends_at > starts_at)
            )\(strict)
            """,
            "CREATE INDEX post_by_board ON post (board, starts_at)",
            """
            CREATE TABLE event (
                id TEXT NOT NULL PRIMARY KEY,
                title_ko TEXT NOT NULL,
                title_en TEXT NOT NULL,
                body_ko TEXT NOT NULL,
                body_en TEXT NOT NULL,
                path TEXT,
                starts_at \(integer) NOT NULL,
                ends_at \(integer),
                withdrawn_at \(integer),
                CHECK (ends_at > starts_at)
            )\(strict)
            """,
            "CREATE INDEX event_by_start ON event (starts_at)",
            // Without a time it is put away for good.
            """
            CREATE TABLE event_dismissal (
                guardian_id TEXT NOT NULL REFERENCES guardian (id) ON DELETE CASCADE,
                event_id TEXT NOT NULL REFERENCES event (id) ON DELETE CASCADE,
                until_at \(integer),
                PRIMARY KEY (guardian_id, event_id)
            )\(strict)
            """,
            "CREATE INDEX event_dismissal_by_event ON event_dismissal (event_id)",
            """
            INSERT INTO board (name, title_ko, title_en, place) VALUES
                ('notices', '공지사항', 'Notices', 1), ('parenting', '육아 이야기', 'For parents', 2)
            """,
        ]
    }
}
