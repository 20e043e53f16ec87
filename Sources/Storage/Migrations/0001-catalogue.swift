import SQL

extension Migration {
    /// Channels, series, videos, labels, and what an import needs to remember.
    static let catalogue = Migration(number: 1, name: "catalogue") { dialect in
        let (integer, real, strict) = (dialect.integer, dialect.real, dialect.strict)
        return [
            """
            CREATE TABLE channel (
                id TEXT NOT NULL PRIMARY KEY,
                youtube_id TEXT UNIQUE CHECK (length(youtube_id) = 24),
                title TEXT,
                thumbnail_url TEXT,
                etag TEXT,
                fetched_at \(integer),
                created_at \(integer) NOT NULL
            )\(strict)
            """,
            """
            CREATE TABLE series (
                id TEXT NOT NULL PRIMARY KEY,
                slug TEXT NOT NULL UNIQUE,
                title_ko TEXT NOT NULL,
                title_en TEXT NOT NULL,
                created_at \(integer) NOT NULL
            )\(strict)
            """,
            """
            CREATE TABLE video (
                id TEXT NOT NULL PRIMARY KEY,
                youtube_id TEXT UNIQUE CHECK (length(youtube_id) = 11),
                hosted_path TEXT UNIQUE,
                channel_id TEXT REFERENCES channel (id),
                series_id TEXT REFERENCES series (id),
                episode \(integer) CHECK (episode > 0),
                state TEXT NOT NULL CHECK (state IN ('refused', 'accepted', 'published', 'quarantined', 'withdrawn')),
                title TEXT,
                own_title_ko TEXT,
                own_title_en TEXT,
                search_text TEXT NOT NULL DEFAULT '',
                thumbnail_url TEXT,
                duration_ms \(integer) CHECK (duration_ms > 0),
                embeddable \(integer) NOT NULL CHECK (embeddable IN (0, 1)),
                made_for_kids \(integer) NOT NULL CHECK (made_for_kids IN (0, 1)),
                healthy \(integer) NOT NULL DEFAULT 1 CHECK (healthy IN (0, 1)),
                age_min \(integer) CHECK (age_min BETWEEN 0 AND 12),
                age_max \(integer) CHECK (age_max BETWEEN age_min AND 12),
                content_hash TEXT NOT NULL,
                fetched_at \(integer),
                published_at \(integer),
                created_at \(integer) NOT NULL,
                updated_at \(integer) NOT NULL,
                CHECK ((youtube_id IS NULL) <> (hosted_path IS NULL)),
                CHECK (state <> 'published' OR (age_min IS NOT NULL AND age_max IS NOT NULL))
            )\(strict)
            """,
            "CREATE INDEX video_by_state ON video (state, published_at, id)",
            """
            CREATE TABLE video_refusal (
                video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
                reason TEXT NOT NULL,
                detail TEXT NOT NULL DEFAULT '',
                refused_at \(integer) NOT NULL,
                PRIMARY KEY (video_id, reason)
            )\(strict)
            """,
            """
            CREATE TABLE label (
                id TEXT NOT NULL PRIMARY KEY,
                kind TEXT NOT NULL,
                name TEXT NOT NULL,
                created_at \(integer) NOT NULL,
                UNIQUE (kind, name)
            )\(strict)
            """,
            // What a kind of label says about what a child likes; kinds without a row weigh a half. An age is no taste.
            """
            CREATE TABLE label_kind (
                kind TEXT NOT NULL PRIMARY KEY,
                weight \(real) NOT NULL CHECK (weight >= 0 AND weight <= 1)
            )\(strict)
            """,
            """
            INSERT INTO label_kind (kind, weight) VALUES
                ('topic', 1), ('character', 1), ('show', 0.8), ('category', 0.7), ('content', 0.7), ('area', 0.5),
                ('age_rating', 0)
            """,
            """
            CREATE TABLE video_label (
                video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
                label_id TEXT NOT NULL REFERENCES label (id),
                weight \(real) NOT NULL CHECK (weight > 0 AND weight <= 1),
                PRIMARY KEY (video_id, label_id)
            )\(strict)
            """,
            "CREATE INDEX video_label_by_label ON video_label (label_id)",
            // What labels of the kind "content" meant when they were put on, and who read the video so. Which contents
            // there are is a table in the program: see Domain/Curriculum.
            """
            CREATE TABLE video_content (
                video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
                edition TEXT NOT NULL,
                code TEXT NOT NULL,
                labelled_by TEXT,
                labelled_at \(integer) NOT NULL,
                PRIMARY KEY (video_id, edition, code)
            )\(strict)
            """,
            """
            CREATE TABLE video_health (
                video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
                guardian_id TEXT NOT NULL,
                error_code \(integer) NOT NULL,
                reported_at \(integer) NOT NULL,
                PRIMARY KEY (video_id, guardian_id)
            )\(strict)
            """,
            """
            CREATE TABLE catalogue_version (
                id \(integer) NOT NULL PRIMARY KEY CHECK (id = 1),
                version \(integer) NOT NULL
            )\(strict)
            """,
            "INSERT INTO catalogue_version (id, version) VALUES (1, 1)",
            """
            CREATE TABLE youtube_quota (
                day TEXT NOT NULL,
                bucket TEXT NOT NULL,
                spent \(integer) NOT NULL CHECK (spent >= 0),
                PRIMARY KEY (day, bucket)
            )\(strict)
            """,
            """
            CREATE TABLE youtube_page (
                request TEXT NOT NULL PRIMARY KEY,
                etag TEXT NOT NULL,
                next_page_token TEXT,
                ids TEXT NOT NULL,
                fetched_at \(integer) NOT NULL
            )\(strict)
            """,
            """
            CREATE TABLE import_run (
                id TEXT NOT NULL PRIMARY KEY,
                source TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'failed')),
                cursor TEXT NOT NULL,
                counts TEXT NOT NULL,
                started_at \(integer) NOT NULL,
                updated_at \(integer) NOT NULL
            )\(strict)
            """,
            "CREATE INDEX import_run_by_source ON import_run (source, started_at)",
        ]
    }
}
