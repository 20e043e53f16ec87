import SQL

extension Migration {
    /// What is counted over all watching, from plays that nothing can change any more.
    static let aggregates = Migration(number: 5, name: "aggregates") { dialect in
        let (integer, strict) = (dialect.integer, dialect.strict)
        return [
            // A play never begins anew: this index costs a play one entry, and its beats nothing.
            "CREATE INDEX play_by_start ON play (started_at)",
            // What is read: sums over all children; they name none.
            """
            CREATE TABLE watch_average (
                cell \(integer) NOT NULL PRIMARY KEY,
                hour_of_week \(integer) NOT NULL CHECK (hour_of_week BETWEEN 0 AND 167),
                age_group \(integer) NOT NULL CHECK (age_group BETWEEN 0 AND 4),
                area TEXT NOT NULL,
                topic TEXT NOT NULL,
                children \(integer) NOT NULL CHECK (children >= 0),
                plays \(integer) NOT NULL CHECK (plays >= 0),
                watched_ms \(integer) NOT NULL CHECK (watched_ms >= 0),
                finished \(integer) NOT NULL CHECK (finished BETWEEN 0 AND plays),
                UNIQUE (hour_of_week, age_group, area, topic)
            )\(strict)
            """,
            // Each child's part in them: why it is kept is in AverageStore.
            """
            CREATE TABLE watch_average_child (
                child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
                cell \(integer) NOT NULL,
                plays \(integer) NOT NULL CHECK (plays > 0),
                watched_ms \(integer) NOT NULL CHECK (watched_ms >= 0),
                finished \(integer) NOT NULL CHECK (finished BETWEEN 0 AND plays),
                PRIMARY KEY (child_id, cell)
            )\(strict)
            """,
            """
            CREATE TABLE watch_average_mark (
                id \(integer) NOT NULL PRIMARY KEY CHECK (id = 1),
                counted_until \(integer) NOT NULL,
                days_counted TEXT,
                removed_until \(integer),
                clearing \(integer) NOT NULL DEFAULT 0 CHECK (clearing IN (0, 1))
            )\(strict)
            """,
            "INSERT INTO watch_average_mark (id, counted_until) VALUES (1, 0)",
            // The age group a day was counted in; none while it is not.
            "ALTER TABLE watch_day ADD COLUMN age_group \(integer) CHECK (age_group BETWEEN 0 AND 4)",
            "CREATE INDEX watch_day_uncounted ON watch_day (day, child_id) WHERE age_group IS NULL",
            """
            CREATE TABLE watch_day_average (
                day TEXT NOT NULL,
                age_group \(integer) NOT NULL CHECK (age_group BETWEEN 0 AND 4),
                children \(integer) NOT NULL CHECK (children >= 0),
                watched_ms \(integer) NOT NULL CHECK (watched_ms >= 0),
                PRIMARY KEY (day, age_group)
            )\(strict)
            """,
        ]
    }
}
