import SQL

extension Migration {
    /// Plays and what is counted from their beats. High-volume tables are keyed by what they count.
    static let watching = Migration(number: 3, name: "watching") { dialect in
        let (integer, real, bytes, strict) = (dialect.integer, dialect.real, dialect.bytes, dialect.strict)
        return [
            """
            CREATE TABLE play (
                id TEXT NOT NULL PRIMARY KEY,
                child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
                video_id TEXT NOT NULL REFERENCES video (id),
                surface TEXT NOT NULL,
                reason TEXT,
                started_at \(integer) NOT NULL,
                heard_at \(integer) NOT NULL,
                made_at \(integer) NOT NULL,
                beats TEXT NOT NULL DEFAULT '',
                state TEXT NOT NULL DEFAULT 'playing'
                    CHECK (state IN ('playing', 'paused', 'buffering', 'hidden', 'ended')),
                bank_ms \(integer) NOT NULL,
                position_ms \(integer) NOT NULL DEFAULT 0 CHECK (position_ms >= 0),
                watched_ms \(integer) NOT NULL DEFAULT 0 CHECK (watched_ms >= 0),
                resumed_ms \(integer) NOT NULL DEFAULT 0 CHECK (resumed_ms >= 0),
                finished \(integer) NOT NULL DEFAULT 0 CHECK (finished IN (0, 1))
            )\(strict)
            """,
            "CREATE INDEX play_by_child ON play (child_id, started_at)",
            """
            CREATE TABLE watched_video (
                child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
                video_id TEXT NOT NULL REFERENCES video (id),
                plays \(integer) NOT NULL,
                watched_ms \(integer) NOT NULL,
                position_ms \(integer) NOT NULL,
                last_watched_at \(integer) NOT NULL,
                popularity \(real) NOT NULL DEFAULT 0,
                popularity_group \(integer) NOT NULL DEFAULT 0,
                PRIMARY KEY (child_id, video_id)
            )\(strict)
            """,
            "CREATE INDEX watched_video_by_time ON watched_video (child_id, last_watched_at)",
            // The sum of watched_video.popularity over each age group, kept as it grows: what that means is in
            // PopularityStore.
            """
            CREATE TABLE video_popularity (
                video_id TEXT NOT NULL REFERENCES video (id),
                age_group \(integer) NOT NULL CHECK (age_group BETWEEN 0 AND 4),
                weight \(real) NOT NULL,
                PRIMARY KEY (video_id, age_group)
            )\(strict)
            """,
            // A row for each set of areas that videos of the hour had, so that the rows of an hour add up to it.
            """
            CREATE TABLE watch_hour (
                child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
                hour_at \(integer) NOT NULL,
                areas TEXT NOT NULL,
                watched_ms \(integer) NOT NULL CHECK (watched_ms >= 0),
                PRIMARY KEY (child_id, hour_at, areas)
            )\(strict)
            """,
            """
            CREATE TABLE watch_day (
                child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
                day TEXT NOT NULL,
                watched_ms \(integer) NOT NULL CHECK (watched_ms >= 0),
                PRIMARY KEY (child_id, day)
            )\(strict)
            """,
            """
            CREATE TABLE taste (
                child_id TEXT NOT NULL PRIMARY KEY REFERENCES child (id) ON DELETE CASCADE,
                vector \(bytes) NOT NULL,
                updated_at \(integer) NOT NULL
            )\(strict)
            """,
            """
            CREATE TABLE job_run (
                name TEXT NOT NULL PRIMARY KEY,
                run \(integer) NOT NULL DEFAULT 0,
                holder TEXT,
                leased_until \(integer) NOT NULL,
                failures \(integer) NOT NULL DEFAULT 0 CHECK (failures >= 0),
                last_started_at \(integer),
                last_succeeded_at \(integer),
                next_run_at \(integer)
            )\(strict)
            """,
            // The newest runs of each job; JobStore keeps it short.
            """
            CREATE TABLE job_history (
                name TEXT NOT NULL REFERENCES job_run (name) ON DELETE CASCADE,
                run \(integer) NOT NULL,
                holder TEXT NOT NULL,
                started_at \(integer) NOT NULL,
                finished_at \(integer),
                outcome TEXT NOT NULL CHECK (outcome IN ('running', 'succeeded', 'failed', 'cut_short', 'lost')),
                count \(integer),
                error TEXT,
                PRIMARY KEY (name, run)
            )\(strict)
            """,
        ]
    }
}
