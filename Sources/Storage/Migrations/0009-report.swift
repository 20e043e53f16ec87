import SQL

extension Migration {
    /// What a report has to know of the past that nothing else keeps.
    static let report = Migration(number: 9, name: "report") { dialect in
        let (integer, strict) = (dialect.integer, dialect.strict)
        return [
            // When the child first began it: old plays are removed, so they cannot tell what was new.
            "ALTER TABLE watched_video ADD COLUMN first_played_at \(integer)",
            // The rules as they were at the end of a day on which they were set: those of the last such day hold. JSON, as
            // in watch_rule.
            """
            CREATE TABLE watch_rule_day (
                child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
                day TEXT NOT NULL,
                rules TEXT NOT NULL,
                PRIMARY KEY (child_id, day)
            )\(strict)
            """,
            // By the Monday of the week whose report it was given with.
            """
            CREATE TABLE advice (
                child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
                week TEXT NOT NULL,
                rule TEXT NOT NULL,
                given_at \(integer) NOT NULL,
                PRIMARY KEY (child_id, week, rule)
            )\(strict)
            """,
            // Of which week all families of a time zone were told, by its Monday.
            """
            CREATE TABLE report_notice (
                time_zone TEXT NOT NULL,
                week TEXT NOT NULL,
                told_at \(integer) NOT NULL,
                PRIMARY KEY (time_zone, week)
            )\(strict)
            """,
        ]
    }
}
