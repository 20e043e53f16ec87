CREATE TABLE advice (
    child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
    week TEXT NOT NULL,
    rule TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    PRIMARY KEY (child_id, week, rule)
) STRICT;
CREATE TABLE approval (
    child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
    video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (child_id, video_id)
) STRICT;
CREATE TABLE block (
    child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('video', 'channel', 'series', 'label')),
    target_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (child_id, kind, target_id)
) STRICT;
CREATE TABLE board (
    name TEXT NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 40),
    title_ko TEXT NOT NULL,
    title_en TEXT NOT NULL,
    place INTEGER NOT NULL
) STRICT;
CREATE TABLE bonus (
    id TEXT NOT NULL PRIMARY KEY,
    child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    minutes INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 240),
    granted_at INTEGER NOT NULL
) STRICT;
CREATE INDEX bonus_by_day ON bonus (child_id, day);
CREATE TABLE catalogue_version (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
) STRICT;
CREATE TABLE channel (
    id TEXT NOT NULL PRIMARY KEY,
    youtube_id TEXT UNIQUE CHECK (length(youtube_id) = 24),
    title TEXT,
    thumbnail_url TEXT,
    etag TEXT,
    fetched_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE child (
    id TEXT NOT NULL PRIMARY KEY,
    guardian_id TEXT NOT NULL REFERENCES guardian (id) ON DELETE CASCADE,
    nickname TEXT NOT NULL,
    birth_month TEXT NOT NULL CHECK (length(birth_month) = 7),
    avatar TEXT NOT NULL,
    approved_only INTEGER NOT NULL DEFAULT 0 CHECK (approved_only IN (0, 1)),
    search_enabled INTEGER NOT NULL DEFAULT 0 CHECK (search_enabled IN (0, 1)),
    autoplay_cap INTEGER NOT NULL DEFAULT 0 CHECK (autoplay_cap BETWEEN 0 AND 10),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX child_by_guardian ON child (guardian_id);
CREATE TABLE consent (
    id TEXT NOT NULL PRIMARY KEY,
    guardian_id TEXT NOT NULL REFERENCES guardian (id) ON DELETE CASCADE,
    child_id TEXT NOT NULL,
    text_version TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    withdrawn_at INTEGER
) STRICT;
CREATE INDEX consent_by_guardian ON consent (guardian_id, child_id);
CREATE INDEX consent_unconfirmed ON consent (given_at) WHERE confirmed_at IS NULL;
CREATE TABLE delivery (
    message_id TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    device_id TEXT NOT NULL REFERENCES push_device (id) ON DELETE CASCADE,
    state TEXT NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'delivered', 'refused', 'expired', 'unwanted')),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_at INTEGER NOT NULL,
    taker TEXT,
    refusal TEXT,
    ended_at INTEGER,
    PRIMARY KEY (message_id, device_id)
) STRICT;
CREATE INDEX delivery_by_device ON delivery (device_id);
CREATE INDEX delivery_due ON delivery (next_at) WHERE state = 'waiting';
CREATE TABLE event (
    id TEXT NOT NULL PRIMARY KEY,
    title_ko TEXT NOT NULL,
    title_en TEXT NOT NULL,
    body_ko TEXT NOT NULL,
    body_en TEXT NOT NULL,
    path TEXT,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER,
    withdrawn_at INTEGER,
    CHECK (ends_at > starts_at)
) STRICT;
CREATE INDEX event_by_start ON event (starts_at);
CREATE TABLE event_dismissal (
    guardian_id TEXT NOT NULL REFERENCES guardian (id) ON DELETE CASCADE,
    event_id TEXT NOT NULL REFERENCES event (id) ON DELETE CASCADE,
    until_at INTEGER,
    PRIMARY KEY (guardian_id, event_id)
) STRICT;
CREATE INDEX event_dismissal_by_event ON event_dismissal (event_id);
CREATE TABLE favourite (
    child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
    video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (child_id, video_id)
) STRICT;
CREATE TABLE guardian (
    id TEXT NOT NULL PRIMARY KEY,
    phone_lookup BLOB NOT NULL UNIQUE,
    phone_cipher BLOB NOT NULL,
    phone_key_id TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('ko', 'en')),
    time_zone TEXT NOT NULL,
    pin_hash BLOB,
    pin_salt BLOB,
    pin_version INTEGER NOT NULL DEFAULT 0,
    pin_failures INTEGER NOT NULL DEFAULT 0,
    pin_locked_until INTEGER,
    created_at INTEGER NOT NULL,
    deletion_requested_at INTEGER
, move_first TEXT, move_last TEXT, move_until INTEGER) STRICT;
CREATE INDEX guardian_by_deletion ON guardian (deletion_requested_at);
CREATE TABLE idempotency_key (
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    status INTEGER,
    body BLOB,
    location TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (owner, key)
) STRICT;
CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at);
CREATE TABLE import_run (
    id TEXT NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'failed')),
    cursor TEXT NOT NULL,
    counts TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX import_run_by_source ON import_run (source, started_at);
CREATE TABLE job_history (
    name TEXT NOT NULL REFERENCES job_run (name) ON DELETE CASCADE,
    run INTEGER NOT NULL,
    holder TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    outcome TEXT NOT NULL CHECK (outcome IN ('running', 'succeeded', 'failed', 'cut_short', 'lost')),
    count INTEGER,
    error TEXT,
    PRIMARY KEY (name, run)
) STRICT;
CREATE TABLE job_run (
    name TEXT NOT NULL PRIMARY KEY,
    run INTEGER NOT NULL DEFAULT 0,
    holder TEXT,
    leased_until INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
    last_started_at INTEGER,
    last_succeeded_at INTEGER,
    next_run_at INTEGER
) STRICT;
CREATE TABLE label (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (kind, name)
) STRICT;
CREATE TABLE label_kind (
    kind TEXT NOT NULL PRIMARY KEY,
    weight REAL NOT NULL CHECK (weight >= 0 AND weight <= 1)
) STRICT;
CREATE TABLE less_of (
    child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
    video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (child_id, video_id)
) STRICT;
CREATE TABLE message (
    id TEXT NOT NULL PRIMARY KEY,
    guardian_id TEXT NOT NULL REFERENCES guardian (id) ON DELETE CASCADE,
    child_id TEXT REFERENCES child (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('weekly_report', 'request_waiting', 'board_notice', 'event')),
    cause TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    path TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    UNIQUE (guardian_id, cause)
) STRICT;
CREATE INDEX message_by_age ON message (created_at);
CREATE INDEX message_by_child ON message (child_id) WHERE child_id IS NOT NULL;
CREATE TABLE message_preference (
    guardian_id TEXT NOT NULL REFERENCES guardian (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('weekly_report', 'request_waiting', 'board_notice', 'event')),
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    PRIMARY KEY (guardian_id, kind)
) STRICT;
CREATE TABLE migration (
    number INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT;
CREATE TABLE model (
    version INTEGER NOT NULL PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('writing', 'ready')),
    made_at INTEGER NOT NULL,
    parts INTEGER NOT NULL CHECK (parts > 0),
    summary TEXT NOT NULL
) STRICT;
CREATE TABLE model_part (
    version INTEGER NOT NULL REFERENCES model (version) ON DELETE CASCADE,
    part INTEGER NOT NULL CHECK (part >= 0),
    bytes BLOB NOT NULL,
    PRIMARY KEY (version, part)
) STRICT;
CREATE TABLE offer_hour (
    hour_at INTEGER NOT NULL,
    surface TEXT NOT NULL,
    reason TEXT NOT NULL,
    shown INTEGER NOT NULL CHECK (shown >= 0),
    opened INTEGER NOT NULL CHECK (opened >= 0),
    finished INTEGER NOT NULL CHECK (finished >= 0),
    PRIMARY KEY (hour_at, surface, reason)
) STRICT;
CREATE TABLE otp_challenge (
    id TEXT NOT NULL PRIMARY KEY,
    phone_lookup BLOB NOT NULL,
    phone_cipher BLOB NOT NULL,
    phone_key_id TEXT NOT NULL,
    code_hmac BLOB NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 5),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX otp_challenge_by_phone ON otp_challenge (phone_lookup, created_at);
CREATE UNIQUE INDEX otp_challenge_live ON otp_challenge (phone_lookup) WHERE used_at IS NULL;
CREATE TABLE play (
    id TEXT NOT NULL PRIMARY KEY,
    child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
    video_id TEXT NOT NULL REFERENCES video (id),
    surface TEXT NOT NULL,
    reason TEXT,
    started_at INTEGER NOT NULL,
    heard_at INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    beats TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'playing'
        CHECK (state IN ('playing', 'paused', 'buffering', 'hidden', 'ended')),
    bank_ms INTEGER NOT NULL,
    position_ms INTEGER NOT NULL DEFAULT 0 CHECK (position_ms >= 0),
    watched_ms INTEGER NOT NULL DEFAULT 0 CHECK (watched_ms >= 0),
    resumed_ms INTEGER NOT NULL DEFAULT 0 CHECK (resumed_ms >= 0),
    finished INTEGER NOT NULL DEFAULT 0 CHECK (finished IN (0, 1))
) STRICT;
CREATE INDEX play_by_child ON play (child_id, started_at);
CREATE INDEX play_by_start ON play (started_at);
CREATE TABLE post (
    id TEXT NOT NULL PRIMARY KEY,
    board TEXT NOT NULL REFERENCES board (name),
    title_ko TEXT NOT NULL,
    title_en TEXT NOT NULL,
    body_ko TEXT NOT NULL,
    body_en TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER,
    withdrawn_at INTEGER,
    CHECK (ends_at > starts_at)
) STRICT;
CREATE INDEX post_by_board ON post (board, starts_at);
CREATE TABLE push_device (
    id TEXT NOT NULL PRIMARY KEY,
    guardian_id TEXT NOT NULL REFERENCES guardian (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('firebase', 'web')),
    address_lookup BLOB NOT NULL UNIQUE,
    address_cipher BLOB NOT NULL,
    address_key_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX push_device_by_guardian ON push_device (guardian_id);
CREATE INDEX push_device_by_session ON push_device (session_id);
CREATE TABLE quiet_hours (
    guardian_id TEXT NOT NULL PRIMARY KEY REFERENCES guardian (id) ON DELETE CASCADE,
    start_minute INTEGER CHECK (start_minute BETWEEN 0 AND 1439),
    end_minute INTEGER CHECK (end_minute BETWEEN 0 AND 1439),
    CHECK ((start_minute IS NULL) = (end_minute IS NULL)),
    CHECK (start_minute <> end_minute)
) STRICT;
CREATE TABLE refresh_token (
    hash BLOB NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX refresh_token_by_session ON refresh_token (session_id);
CREATE TABLE report_notice (
    time_zone TEXT NOT NULL,
    week TEXT NOT NULL,
    told_at INTEGER NOT NULL,
    PRIMARY KEY (time_zone, week)
) STRICT;
CREATE TABLE request (
    id TEXT NOT NULL PRIMARY KEY,
    child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('video', 'time')),
    video_id TEXT REFERENCES video (id) ON DELETE CASCADE,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'granted', 'refused')),
    minutes INTEGER CHECK (minutes BETWEEN 1 AND 240),
    created_at INTEGER NOT NULL,
    decided_at INTEGER,
    CHECK ((kind = 'video') = (video_id IS NOT NULL)),
    CHECK ((state = 'waiting') = (decided_at IS NULL))
) STRICT;
CREATE INDEX request_by_child ON request (child_id, created_at);
CREATE UNIQUE INDEX request_waiting_time ON request (child_id) WHERE state = 'waiting' AND kind = 'time';
CREATE UNIQUE INDEX request_waiting_video ON request (child_id, video_id) WHERE state = 'waiting';
CREATE TABLE series (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    title_ko TEXT NOT NULL,
    title_en TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE session (
    id TEXT NOT NULL PRIMARY KEY,
    guardian_id TEXT NOT NULL REFERENCES guardian (id) ON DELETE CASCADE,
    device_name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    revoked_reason TEXT CHECK (revoked_reason IN ('signed_out', 'reuse', 'deleted'))
) STRICT;
CREATE INDEX session_by_expiry ON session (expires_at);
CREATE INDEX session_by_guardian ON session (guardian_id);
CREATE INDEX session_by_revocation ON session (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE TABLE taste (
    child_id TEXT NOT NULL PRIMARY KEY REFERENCES child (id) ON DELETE CASCADE,
    vector BLOB NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE video (
    id TEXT NOT NULL PRIMARY KEY,
    youtube_id TEXT UNIQUE CHECK (length(youtube_id) = 11),
    hosted_path TEXT UNIQUE,
    channel_id TEXT REFERENCES channel (id),
    series_id TEXT REFERENCES series (id),
    episode INTEGER CHECK (episode > 0),
    state TEXT NOT NULL CHECK (state IN ('refused', 'accepted', 'published', 'quarantined', 'withdrawn')),
    title TEXT,
    own_title_ko TEXT,
    own_title_en TEXT,
    search_text TEXT NOT NULL DEFAULT '',
    thumbnail_url TEXT,
    duration_ms INTEGER CHECK (duration_ms > 0),
    embeddable INTEGER NOT NULL CHECK (embeddable IN (0, 1)),
    made_for_kids INTEGER NOT NULL CHECK (made_for_kids IN (0, 1)),
    healthy INTEGER NOT NULL DEFAULT 1 CHECK (healthy IN (0, 1)),
    age_min INTEGER CHECK (age_min BETWEEN 0 AND 12),
    age_max INTEGER CHECK (age_max BETWEEN age_min AND 12),
    content_hash TEXT NOT NULL,
    fetched_at INTEGER,
    published_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK ((youtube_id IS NULL) <> (hosted_path IS NULL)),
    CHECK (state <> 'published' OR (age_min IS NOT NULL AND age_max IS NOT NULL))
) STRICT;
CREATE INDEX video_by_state ON video (state, published_at, id);
CREATE TABLE video_content (
    video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    edition TEXT NOT NULL,
    code TEXT NOT NULL,
    labelled_by TEXT,
    labelled_at INTEGER NOT NULL,
    PRIMARY KEY (video_id, edition, code)
) STRICT;
CREATE TABLE video_health (
    video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    guardian_id TEXT NOT NULL,
    error_code INTEGER NOT NULL,
    reported_at INTEGER NOT NULL,
    PRIMARY KEY (video_id, guardian_id)
) STRICT;
CREATE TABLE video_label (
    video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    label_id TEXT NOT NULL REFERENCES label (id),
    weight REAL NOT NULL CHECK (weight > 0 AND weight <= 1),
    PRIMARY KEY (video_id, label_id)
) STRICT;
CREATE INDEX video_label_by_label ON video_label (label_id);
CREATE TABLE video_popularity (
    video_id TEXT NOT NULL REFERENCES video (id),
    age_group INTEGER NOT NULL CHECK (age_group BETWEEN 0 AND 4),
    weight REAL NOT NULL,
    PRIMARY KEY (video_id, age_group)
) STRICT;
CREATE TABLE video_refusal (
    video_id TEXT NOT NULL REFERENCES video (id) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    refused_at INTEGER NOT NULL,
    PRIMARY KEY (video_id, reason)
) STRICT;
CREATE TABLE watch_average (
    cell INTEGER NOT NULL PRIMARY KEY,
    hour_of_week INTEGER NOT NULL CHECK (hour_of_week BETWEEN 0 AND 167),
    age_group INTEGER NOT NULL CHECK (age_group BETWEEN 0 AND 4),
    area TEXT NOT NULL,
    topic TEXT NOT NULL,
    children INTEGER NOT NULL CHECK (children >= 0),
    plays INTEGER NOT NULL CHECK (plays >= 0),
    watched_ms INTEGER NOT NULL CHECK (watched_ms >= 0),
    finished INTEGER NOT NULL CHECK (finished BETWEEN 0 AND plays),
    UNIQUE (hour_of_week, age_group, area, topic)
) STRICT;
CREATE TABLE watch_average_child (
    child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
    cell INTEGER NOT NULL,
    plays INTEGER NOT NULL CHECK (plays > 0),
    watched_ms INTEGER NOT NULL CHECK (watched_ms >= 0),
    finished INTEGER NOT NULL CHECK (finished BETWEEN 0 AND plays),
    PRIMARY KEY (child_id, cell)
) STRICT;
CREATE TABLE watch_average_mark (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    counted_until INTEGER NOT NULL,
    days_counted TEXT,
    removed_until INTEGER,
    clearing INTEGER NOT NULL DEFAULT 0 CHECK (clearing IN (0, 1))
) STRICT;
CREATE TABLE watch_day (
    child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    watched_ms INTEGER NOT NULL CHECK (watched_ms >= 0), age_group INTEGER CHECK (age_group BETWEEN 0 AND 4), learning_ms INTEGER NOT NULL DEFAULT 0 CHECK (learning_ms >= 0), fun_ms INTEGER NOT NULL DEFAULT 0 CHECK (fun_ms >= 0),
    PRIMARY KEY (child_id, day)
) STRICT;
CREATE INDEX watch_day_uncounted ON watch_day (day, child_id) WHERE age_group IS NULL;
CREATE TABLE watch_day_average (
    day TEXT NOT NULL,
    age_group INTEGER NOT NULL CHECK (age_group BETWEEN 0 AND 4),
    children INTEGER NOT NULL CHECK (children >= 0),
    watched_ms INTEGER NOT NULL CHECK (watched_ms >= 0),
    PRIMARY KEY (day, age_group)
) STRICT;
CREATE TABLE watch_hour (
    child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
    hour_at INTEGER NOT NULL,
    areas TEXT NOT NULL,
    watched_ms INTEGER NOT NULL CHECK (watched_ms >= 0),
    PRIMARY KEY (child_id, hour_at, areas)
) STRICT;
CREATE TABLE watch_rule (
    child_id TEXT NOT NULL PRIMARY KEY REFERENCES child (id) ON DELETE CASCADE,
    rules TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE watch_rule_day (
    child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    rules TEXT NOT NULL,
    PRIMARY KEY (child_id, day)
) STRICT;
CREATE TABLE watched_video (
    child_id TEXT NOT NULL REFERENCES child (id) ON DELETE CASCADE,
    video_id TEXT NOT NULL REFERENCES video (id),
    plays INTEGER NOT NULL,
    watched_ms INTEGER NOT NULL,
    position_ms INTEGER NOT NULL,
    last_watched_at INTEGER NOT NULL,
    popularity REAL NOT NULL DEFAULT 0,
    popularity_group INTEGER NOT NULL DEFAULT 0, first_played_at INTEGER,
    PRIMARY KEY (child_id, video_id)
) STRICT;
CREATE INDEX watched_video_by_time ON watched_video (child_id, last_watched_at);
CREATE TABLE youtube_page (
    request TEXT NOT NULL PRIMARY KEY,
    etag TEXT NOT NULL,
    next_page_token TEXT,
    ids TEXT NOT NULL,
    fetched_at INTEGER NOT NULL
) STRICT;
CREATE TABLE youtube_quota (
    day TEXT NOT NULL,
    bucket TEXT NOT NULL,
    spent INTEGER NOT NULL CHECK (spent >= 0),
    PRIMARY KEY (day, bucket)
) STRICT;
