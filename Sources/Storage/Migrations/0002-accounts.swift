import SQL

extension Migration {
    /// Guardians, how they sign in, their children, and the rules and choices made for a child.
    static let accounts = Migration(number: 2, name: "accounts") { dialect in
        let (integer, bytes, strict) = (dialect.integer, dialect.bytes, dialect.strict)
        return [
            """
            CREATE TABLE guardian (
                id TEXT NOT NULL PRIMARY KEY,
                phone_lookup \(bytes) NOT NULL UNIQUE,
                phone_cipher \(bytes) NOT NULL,
                phone_key_id TEXT NOT NULL,
                language TEXT NOT NULL CHECK (language IN ('ko', 'en')),
                time_zone TEXT NOT NULL,
                pin_hash \(bytes),
                pin_salt \(bytes),
                pin_version \(integer) NOT NULL DEFAULT 0,
                pin_failures \(integer) NOT NULL DEFAULT 0,
                pin_locked_until \(integer),
                created_at \(integer) NOT NULL,
                deletion_requested_at \(integer)
            )\(strict)
            """,
            "CREATE INDEX guardian_by_deletion ON guardian (deletion_requested_at)",
            """
            CREATE TABLE otp_challenge (
                id TEXT NOT NULL PRIMARY KEY,
                phone_lookup \(bytes) NOT NULL,
                phone_cipher \(bytes) NOT NULL,
                phone_key_id TEXT NOT NULL,
                code_hmac \(bytes) NOT NULL,
                attempts \(integer) NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 5),
                created_at \(integer) NOT NULL,
                expires_at \(integer) NOT NULL,
                used_at \(integer)
            )\(strict)
            """,
            "CREATE INDEX otp_challenge_by_phone ON otp_challenge (phone_lookup, created_at)",
            // One live code for a number, also when several processes are asked at once.
            "CREATE UNIQUE INDEX otp_challenge_live ON otp_challenge (phone_lookup) WHERE used_at IS NULL",
            """
            CREATE TABLE session (
                id TEXT NOT NULL PRIMARY KEY,
                guardian_id TEXT NOT NULL REFERENCES guardian (id) ON DELETE CASCADE,
                device_name TEXT NOT NULL,
                created_at \(integer) NOT NULL,
                last_used_at \(integer) NOT NULL,
                expires_at \(integer) NOT NULL,
                revoked_at \(integer),
                revoked_reason TEXT CHECK (revoked_reason IN ('signed_out', 'reuse', 'deleted'))
            )\(strict)
            """,
            "CREATE INDEX session_by_guardian ON session (guardian_id)",
            """
            CREATE TABLE refresh_token (
                hash \(bytes) NOT NULL PRIMARY KEY,
                session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
                issued_at \(integer) NOT NULL,
                expires_at \(integer) NOT NULL,
                used_at \(integer)
            )\(strict)
            """,
            "CREATE INDEX refresh_token_by_session ON refresh_token (session_id)",
            """
            CREATE TABLE child (
                id TEXT NOT NULL PRIMARY KEY,
                guardian_id TEXT NOT NULL REFERENCES guardian (id) ON DELETE CASCADE,
                nickname TEXT NOT NULL,
                birth_month TEXT NOT NULL CHECK (length(birth_month) = 7),
                avatar TEXT NOT NULL,
                approved_only \(integer) NOT NULL DEFAULT 0 CHECK (approved_only IN (0, 1)),
                search_enabled \(integer) NOT NULL DEFAULT 0 CHECK (search_enabled IN (0, 1)),
                autoplay_cap \(integer) NOT NULL DEFAULT 0 CHECK (autoplay_cap BETWEEN 0 AND 10),
                created_at \(integer) NOT NULL
            )\(strict)
            """,
            "CREATE INDEX child_by_guardian ON child (guardian_id)",
            """
            CREATE TABLE consent (
                id TEXT NOT NULL PRIMARY KEY,
                guardian_id TEXT NOT NULL REFERENCES guardian (id) ON DELETE CASCADE,
                child_id TEXT NOT NULL,
                text_version TEXT NOT NULL,
                given_at \(integer) NOT NULL,
                confirmed_at \(integer),
                withdrawn_at \(integer)
            )\(strict)
            """,
            "CREATE INDEX consent_by_guardian ON consent (guardian_id, child_id)",
            "CREATE INDEX consent_unconfirmed ON consent (given_at) WHERE confirmed_at IS NULL",
            """
            CREATE TABLE block (
                child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
                kind TEXT NOT NULL CHECK (kind IN ('video', 'channel', 'series', 'label')),
                target_id TEXT NOT NULL,
                created_at \(integer) NOT NULL,
                PRIMARY KEY (child_id, kind, target_id)
            )\(strict)
            """,
            """
            CREATE TABLE approval (
                child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
                video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
                created_at \(integer) NOT NULL,
                PRIMARY KEY (child_id, video_id)
            )\(strict)
            """,
            """
            CREATE TABLE favourite (
                child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
                video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
                created_at \(integer) NOT NULL,
                PRIMARY KEY (child_id, video_id)
            )\(strict)
            """,
            """
            CREATE TABLE less_of (
                child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
                video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
                created_at \(integer) NOT NULL,
                PRIMARY KEY (child_id, video_id)
            )\(strict)
            """,
            """
            CREATE TABLE idempotency_key (
                owner TEXT NOT NULL,
                key TEXT NOT NULL,
                request_hash \(bytes) NOT NULL,
                status \(integer),
                body \(bytes),
                location TEXT,
                created_at \(integer) NOT NULL,
                PRIMARY KEY (owner, key)
            )\(strict)
            """,
            "CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at)",
        ]
    }
}
