CREATE TABLE advice (
    child_id text NOT NULL,
    week text NOT NULL,
    rule text NOT NULL,
    given_at bigint NOT NULL,
    CONSTRAINT advice_child_id_fkey FOREIGN KEY (child_id) REFERENCES child(id) ON DELETE CASCADE,
    CONSTRAINT advice_pkey PRIMARY KEY (child_id, week, rule)
);
CREATE TABLE approval (
    child_id text NOT NULL,
    video_id text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT approval_child_id_fkey FOREIGN KEY (child_id) REFERENCES child(id) ON DELETE CASCADE,
    CONSTRAINT approval_video_id_fkey FOREIGN KEY (video_id) REFERENCES video(id) ON DELETE CASCADE,
    CONSTRAINT approval_pkey PRIMARY KEY (child_id, video_id)
);
CREATE TABLE block (
    child_id text NOT NULL,
    kind text NOT NULL,
    target_id text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT block_kind_check CHECK ((kind = ANY (ARRAY['video'::text, 'channel'::text, 'series'::text, 'label'::text]))),
    CONSTRAINT block_child_id_fkey FOREIGN KEY (child_id) REFERENCES child(id) ON DELETE CASCADE,
    CONSTRAINT block_pkey PRIMARY KEY (child_id, kind, target_id)
);
CREATE TABLE board (
    name text NOT NULL,
    title_ko text NOT NULL,
    title_en text NOT NULL,
    place bigint NOT NULL,
    CONSTRAINT board_name_check CHECK (((length(name) >= 1) AND (length(name) <= 40))),
    CONSTRAINT board_pkey PRIMARY KEY (name)
);
CREATE TABLE bonus (
    id text NOT NULL,
    child_id text NOT NULL,
    day text NOT NULL,
    minutes bigint NOT NULL,
    granted_at bigint NOT NULL,
    CONSTRAINT bonus_minutes_check CHECK (((minutes >= 1) AND (minutes <= 240))),
    CONSTRAINT bonus_child_id_fkey FOREIGN KEY (child_id) REFERENCES child(id) ON DELETE CASCADE,
    CONSTRAINT bonus_pkey PRIMARY KEY (id)
);
CREATE INDEX bonus_by_day ON bonus USING btree (child_id, day);
CREATE TABLE catalogue_version (
    id bigint NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT catalogue_version_id_check CHECK ((id = 1)),
    CONSTRAINT catalogue_version_pkey PRIMARY KEY (id)
);
CREATE TABLE channel (
    id text NOT NULL,
    youtube_id text,
    title text,
    thumbnail_url text,
    etag text,
    fetched_at bigint,
    created_at bigint NOT NULL,
    CONSTRAINT channel_youtube_id_check CHECK ((length(youtube_id) = 24)),
    CONSTRAINT channel_pkey PRIMARY KEY (id),
    CONSTRAINT channel_youtube_id_key UNIQUE (youtube_id)
);
CREATE TABLE child (
    id text NOT NULL,
    guardian_id text NOT NULL,
    nickname text NOT NULL,
    birth_month text NOT NULL,
    avatar text NOT NULL,
    approved_only bigint NOT NULL DEFAULT 0,
    search_enabled bigint NOT NULL DEFAULT 0,
    autoplay_cap bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    CONSTRAINT child_approved_only_check CHECK ((approved_only = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT child_autoplay_cap_check CHECK (((autoplay_cap >= 0) AND (autoplay_cap <= 10))),
    CONSTRAINT child_birth_month_check CHECK ((length(birth_month) = 7)),
    CONSTRAINT child_search_enabled_check CHECK ((search_enabled = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT child_guardian_id_fkey FOREIGN KEY (guardian_id) REFERENCES guardian(id) ON DELETE CASCADE,
    CONSTRAINT child_pkey PRIMARY KEY (id)
);
CREATE INDEX child_by_guardian ON child USING btree (guardian_id);
CREATE TABLE consent (
    id text NOT NULL,
    guardian_id text NOT NULL,
    child_id text NOT NULL,
    text_version text NOT NULL,
    given_at bigint NOT NULL,
    confirmed_at bigint,
    withdrawn_at bigint,
    CONSTRAINT consent_guardian_id_fkey FOREIGN KEY (guardian_id) REFERENCES guardian(id) ON DELETE CASCADE,
    CONSTRAINT consent_pkey PRIMARY KEY (id)
);
CREATE INDEX consent_by_guardian ON consent USING btree (guardian_id, child_id);
CREATE INDEX consent_unconfirmed ON consent USING btree (given_at) WHERE (confirmed_at IS NULL);
CREATE TABLE delivery (
    message_id text NOT NULL,
    device_id text NOT NULL,
    state text NOT NULL DEFAULT 'waiting'::text,
    attempts bigint NOT NULL DEFAULT 0,
    next_at bigint NOT NULL,
    taker text,
    refusal text,
    ended_at bigint,
    CONSTRAINT delivery_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT delivery_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'refused'::text, 'expired'::text, 'unwanted'::text]))),
    CONSTRAINT delivery_device_id_fkey FOREIGN KEY (device_id) REFERENCES push_device(id) ON DELETE CASCADE,
    CONSTRAINT delivery_message_id_fkey FOREIGN KEY (message_id) REFERENCES message(id) ON DELETE CASCADE,
    CONSTRAINT delivery_pkey PRIMARY KEY (message_id, device_id)
);
CREATE INDEX delivery_by_device ON delivery USING btree (device_id);
CREATE INDEX delivery_due ON delivery USING btree (next_at) WHERE (state = 'waiting'::text);
CREATE TABLE event (
    id text NOT NULL,
    title_ko text NOT NULL,
    title_en text NOT NULL,
    body_ko text NOT NULL,
    body_en text NOT NULL,
    path text,
    starts_at bigint NOT NULL,
    ends_at bigint,
    withdrawn_at bigint,
    CONSTRAINT event_check CHECK ((ends_at > starts_at)),
    CONSTRAINT event_pkey PRIMARY KEY (id)
);
CREATE INDEX event_by_start ON event USING btree (starts_at);
CREATE TABLE event_dismissal (
    guardian_id text NOT NULL,
    event_id text NOT NULL,
    until_at bigint,
    CONSTRAINT event_dismissal_event_id_fkey FOREIGN KEY (event_id) REFERENCES event(id) ON DELETE CASCADE,
    CONSTRAINT event_dismissal_guardian_id_fkey FOREIGN KEY (guardian_id) REFERENCES guardian(id) ON DELETE CASCADE,
    CONSTRAINT event_dismissal_pkey PRIMARY KEY (guardian_id, event_id)
);
CREATE INDEX event_dismissal_by_event ON event_dismissal USING btree (event_id);
CREATE TABLE favourite (
    child_id text NOT NULL,
    video_id text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT favourite_child_id_fkey FOREIGN KEY (child_id) REFERENCES child(id) ON DELETE CASCADE,
    CONSTRAINT favourite_video_id_fkey FOREIGN KEY (video_id) REFERENCES video(id) ON DELETE CASCADE,
    CONSTRAINT favourite_pkey PRIMARY KEY (child_id, video_id)
);
CREATE TABLE guardian (
    id text NOT NULL,
    phone_lookup bytea NOT NULL,
    phone_cipher bytea NOT NULL,
    phone_key_id text NOT NULL,
    language text NOT NULL,
    time_zone text NOT NULL,
    pin_hash bytea,
    pin_salt bytea,
    pin_version bigint NOT NULL DEFAULT 0,
    pin_failures bigint NOT NULL DEFAULT 0,
    pin_locked_until bigint,
    created_at bigint NOT NULL,
    deletion_requested_at bigint,
    move_first text,
    move_last text,
    move_until bigint,
    CONSTRAINT guardian_language_check CHECK ((language = ANY (ARRAY['ko'::text, 'en'::text]))),
    CONSTRAINT guardian_pkey PRIMARY KEY (id),
    CONSTRAINT guardian_phone_lookup_key UNIQUE (phone_lookup)
);
CREATE INDEX guardian_by_deletion ON guardian USING btree (deletion_requested_at);
CREATE TABLE idempotency_key (
    owner text NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    status bigint,
    body bytea,
    location text,
    created_at bigint NOT NULL,
    CONSTRAINT idempotency_key_pkey PRIMARY KEY (owner, key)
);
CREATE INDEX idempotency_key_by_age ON idempotency_key USING btree (created_at);
CREATE TABLE import_run (
    id text NOT NULL,
    source text NOT NULL,
    state text NOT NULL,
    cursor text NOT NULL,
    counts text NOT NULL,
    started_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT import_run_state_check CHECK ((state = ANY (ARRAY['running'::text, 'finished'::text, 'failed'::text]))),
    CONSTRAINT import_run_pkey PRIMARY KEY (id)
);
CREATE INDEX import_run_by_source ON import_run USING btree (source, started_at);
CREATE TABLE job_history (
    name text NOT NULL,
    run bigint NOT NULL,
    holder text NOT NULL,
    started_at bigint NOT NULL,
    finished_at bigint,
    outcome text NOT NULL,
    count bigint,
    error text,
    CONSTRAINT job_history_outcome_check CHECK ((outcome = ANY (ARRAY['running'::text, 'succeeded'::text, 'failed'::text, 'cut_short'::text, 'lost'::text]))),
    CONSTRAINT job_history_name_fkey FOREIGN KEY (name) REFERENCES job_run(name) ON DELETE CASCADE,
    CONSTRAINT job_history_pkey PRIMARY KEY (name, run)
);
CREATE TABLE job_run (
    name text NOT NULL,
    run bigint NOT NULL DEFAULT 0,
    holder text,
    leased_until bigint NOT NULL,
    failures bigint NOT NULL DEFAULT 0,
    last_started_at bigint,
    last_succeeded_at bigint,
    next_run_at bigint,
    CONSTRAINT job_run_failures_check CHECK ((failures >= 0)),
    CONSTRAINT job_run_pkey PRIMARY KEY (name)
);
CREATE TABLE label (
    id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT label_pkey PRIMARY KEY (id),
    CONSTRAINT label_kind_name_key UNIQUE (kind, name)
);
CREATE TABLE label_kind (
    kind text NOT NULL,
    weight double precision NOT NULL,
    CONSTRAINT label_kind_weight_check CHECK (((weight >= (0)::double precision) AND (weight <= (1)::double precision))),
    CONSTRAINT label_kind_pkey PRIMARY KEY (kind)
);
CREATE TABLE less_of (
    child_id text NOT NULL,
    video_id text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT less_of_child_id_fkey FOREIGN KEY (child_id) REFERENCES child(id) ON DELETE CASCADE,
    CONSTRAINT less_of_video_id_fkey FOREIGN KEY (video_id) REFERENCES video(id) ON DELETE CASCADE,
    CONSTRAINT less_of_pkey PRIMARY KEY (child_id, video_id)
);
CREATE TABLE message (
    id text NOT NULL,
    guardian_id text NOT NULL,
    child_id text,
    kind text NOT NULL,
    cause text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    path text,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    CONSTRAINT message_kind_check CHECK ((kind = ANY (ARRAY['weekly_report'::text, 'request_waiting'::text, 'board_notice'::text, 'event'::text]))),
    CONSTRAINT message_child_id_fkey FOREIGN KEY (child_id) REFERENCES child(id) ON DELETE CASCADE,
    CONSTRAINT message_guardian_id_fkey FOREIGN KEY (guardian_id) REFERENCES guardian(id) ON DELETE CASCADE,
    CONSTRAINT message_pkey PRIMARY KEY (id),
    CONSTRAINT message_guardian_id_cause_key UNIQUE (guardian_id, cause)
);
CREATE INDEX message_by_age ON message USING btree (created_at);
CREATE INDEX message_by_child ON message USING btree (child_id) WHERE (child_id IS NOT NULL);
CREATE TABLE message_preference (
    guardian_id text NOT NULL,
    kind text NOT NULL,
    enabled bigint NOT NULL,
    CONSTRAINT message_preference_enabled_check CHECK ((enabled = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT message_preference_kind_check CHECK ((kind = ANY (ARRAY['weekly_report'::text, 'request_waiting'::text, 'board_notice'::text, 'event'::text]))),
    CONSTRAINT message_preference_guardian_id_fkey FOREIGN KEY (guardian_id) REFERENCES guardian(id) ON DELETE CASCADE,
    CONSTRAINT message_preference_pkey PRIMARY KEY (guardian_id, kind)
);
CREATE TABLE migration (
    number bigint NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at bigint NOT NULL,
    CONSTRAINT migration_pkey PRIMARY KEY (number)
);
CREATE TABLE model (
    version bigint NOT NULL,
    state text NOT NULL,
    made_at bigint NOT NULL,
    parts bigint NOT NULL,
    summary text NOT NULL,
    CONSTRAINT model_parts_check CHECK ((parts > 0)),
    CONSTRAINT model_state_check CHECK ((state = ANY (ARRAY['writing'::text, 'ready'::text]))),
    CONSTRAINT model_pkey PRIMARY KEY (version)
);
CREATE TABLE model_part (
    version bigint NOT NULL,
    part bigint NOT NULL,
    bytes bytea NOT NULL,
    CONSTRAINT model_part_part_check CHECK ((part >= 0)),
    CONSTRAINT model_part_version_fkey FOREIGN KEY (version) REFERENCES model(version) ON DELETE CASCADE,
    CONSTRAINT model_part_pkey PRIMARY KEY (version, part)
);
CREATE TABLE offer_hour (
    hour_at bigint NOT NULL,
    surface text NOT NULL,
    reason text NOT NULL,
    shown bigint NOT NULL,
    opened bigint NOT NULL,
    finished bigint NOT NULL,
    CONSTRAINT offer_hour_finished_check CHECK ((finished >= 0)),
    CONSTRAINT offer_hour_opened_check CHECK ((opened >= 0)),
    CONSTRAINT offer_hour_shown_check CHECK ((shown >= 0)),
    CONSTRAINT offer_hour_pkey PRIMARY KEY (hour_at, surface, reason)
);
CREATE TABLE otp_challenge (
    id text NOT NULL,
    phone_lookup bytea NOT NULL,
    phone_cipher bytea NOT NULL,
    phone_key_id text NOT NULL,
    code_hmac bytea NOT NULL,
    attempts bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint,
    CONSTRAINT otp_challenge_attempts_check CHECK (((attempts >= 0) AND (attempts <= 5))),
    CONSTRAINT otp_challenge_pkey PRIMARY KEY (id)
);
CREATE INDEX otp_challenge_by_phone ON otp_challenge USING btree (phone_lookup, created_at);
CREATE UNIQUE INDEX otp_challenge_live ON otp_challenge USING btree (phone_lookup) WHERE (used_at IS NULL);
CREATE TABLE play (
    id text NOT NULL,
    child_id text NOT NULL,
    video_id text NOT NULL,
    surface text NOT NULL,
    reason text,
    started_at bigint NOT NULL,
    heard_at bigint NOT NULL,
    made_at bigint NOT NULL,
    beats text NOT NULL DEFAULT ''::text,
    state text NOT NULL DEFAULT 'playing'::text,
    bank_ms bigint NOT NULL,
    position_ms bigint NOT NULL DEFAULT 0,
    watched_ms bigint NOT NULL DEFAULT 0,
    resumed_ms bigint NOT NULL DEFAULT 0,
    finished bigint NOT NULL DEFAULT 0,
    CONSTRAINT play_finished_check CHECK ((finished = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT play_position_ms_check CHECK ((position_ms >= 0)),
    CONSTRAINT play_resumed_ms_check CHECK ((resumed_ms >= 0)),
    CONSTRAINT play_state_check CHECK ((state = ANY (ARRAY['playing'::text, 'paused'::text, 'buffering'::text, 'hidden'::text, 'ended'::text]))),
    CONSTRAINT play_watched_ms_check CHECK ((watched_ms >= 0)),
    CONSTRAINT play_child_id_fkey FOREIGN KEY (child_id) REFERENCES child(id) ON DELETE CASCADE,
    CONSTRAINT play_video_id_fkey FOREIGN KEY (video_id) REFERENCES video(id),
    CONSTRAINT play_pkey PRIMARY KEY (id)
);
CREATE INDEX play_by_child ON play USING btree (child_id, started_at);
CREATE INDEX play_by_start ON play USING btree (started_at);
CREATE TABLE post (
    id text NOT NULL,
    board text NOT NULL,
    title_ko text NOT NULL,
    title_en text NOT NULL,
    body_ko text NOT NULL,
    body_en text NOT NULL,
    starts_at bigint NOT NULL,
    ends_at bigint,
    withdrawn_at bigint,
    CONSTRAINT post_check CHECK ((ends_at > starts_at)),
    CONSTRAINT post_board_fkey FOREIGN KEY (board) REFERENCES board(name),
    CONSTRAINT post_pkey PRIMARY KEY (id)
);
CREATE INDEX post_by_board ON post USING btree (board, starts_at);
CREATE TABLE push_device (
    id text NOT NULL,
    guardian_id text NOT NULL,
    session_id text NOT NULL,
    kind text NOT NULL,
    address_lookup bytea NOT NULL,
    address_cipher bytea NOT NULL,
    address_key_id text NOT NULL,
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    CONSTRAINT push_device_kind_check CHECK ((kind = ANY (ARRAY['firebase'::text, 'web'::text]))),
    CONSTRAINT push_device_guardian_id_fkey FOREIGN KEY (guardian_id) REFERENCES guardian(id) ON DELETE CASCADE,
    CONSTRAINT push_device_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(id) ON DELETE CASCADE,
    CONSTRAINT push_device_pkey PRIMARY KEY (id),
    CONSTRAINT push_device_address_lookup_key UNIQUE (address_lookup)
);
CREATE INDEX push_device_by_guardian ON push_device USING btree (guardian_id);
CREATE INDEX push_device_by_session ON push_device USING btree (session_id);
CREATE TABLE quiet_hours (
    guardian_id text NOT NULL,
    start_minute bigint,
    end_minute bigint,
    CONSTRAINT quiet_hours_check CHECK (((start_minute IS NULL) = (end_minute IS NULL))),
    CONSTRAINT quiet_hours_check1 CHECK ((start_minute <> end_minute)),
    CONSTRAINT quiet_hours_end_minute_check CHECK (((end_minute >= 0) AND (end_minute <= 1439))),
    CONSTRAINT quiet_hours_start_minute_check CHECK (((start_minute >= 0) AND (start_minute <= 1439))),
    CONSTRAINT quiet_hours_guardian_id_fkey FOREIGN KEY (guardian_id) REFERENCES guardian(id) ON DELETE CASCADE,
    CONSTRAINT quiet_hours_pkey PRIMARY KEY (guardian_id)
);
CREATE TABLE refresh_token (
    hash bytea NOT NULL,
    session_id text NOT NULL,
    issued_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint,
    CONSTRAINT refresh_token_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(id) ON DELETE CASCADE,
    CONSTRAINT refresh_token_pkey PRIMARY KEY (hash)
);
CREATE INDEX refresh_token_by_session ON refresh_token USING btree (session_id);
CREATE TABLE report_notice (
    time_zone text NOT NULL,
    week text NOT NULL,
    told_at bigint NOT NULL,
    CONSTRAINT report_notice_pkey PRIMARY KEY (time_zone, week)
);
CREATE TABLE request (
    id text NOT NULL,
    child_id text NOT NULL,
    kind text NOT NULL,
    video_id text,
    state text NOT NULL DEFAULT 'waiting'::text,
    minutes bigint,
    created_at bigint NOT NULL,
    decided_at bigint,
    CONSTRAINT request_check CHECK (((kind = 'video'::text) = (video_id IS NOT NULL))),
    CONSTRAINT request_check1 CHECK (((state = 'waiting'::text) = (decided_at IS NULL))),
    CONSTRAINT request_kind_check CHECK ((kind = ANY (ARRAY['video'::text, 'time'::text]))),
    CONSTRAINT request_minutes_check CHECK (((minutes >= 1) AND (minutes <= 240))),
    CONSTRAINT request_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'granted'::text, 'refused'::text]))),
    CONSTRAINT request_child_id_fkey FOREIGN KEY (child_id) REFERENCES child(id) ON DELETE CASCADE,
    CONSTRAINT request_video_id_fkey FOREIGN KEY (video_id) REFERENCES video(id) ON DELETE CASCADE,
    CONSTRAINT request_pkey PRIMARY KEY (id)
);
CREATE INDEX request_by_child ON request USING btree (child_id, created_at);
CREATE UNIQUE INDEX request_waiting_time ON request USING btree (child_id) WHERE ((state = 'waiting'::text) AND (kind = 'time'::text));
CREATE UNIQUE INDEX request_waiting_video ON request USING btree (child_id, video_id) WHERE (state = 'waiting'::text);
CREATE TABLE series (
    id text NOT NULL,
    slug text NOT NULL,
    title_ko text NOT NULL,
    title_en text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT series_pkey PRIMARY KEY (id),
    CONSTRAINT series_slug_key UNIQUE (slug)
);
CREATE TABLE session (
    id text NOT NULL,
    guardian_id text NOT NULL,
    device_name text NOT NULL,
    created_at bigint NOT NULL,
    last_used_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    revoked_at bigint,
    revoked_reason text,
    CONSTRAINT session_revoked_reason_check CHECK ((revoked_reason = ANY (ARRAY['signed_out'::text, 'reuse'::text, 'deleted'::text]))),
    CONSTRAINT session_guardian_id_fkey FOREIGN KEY (guardian_id) REFERENCES guardian(id) ON DELETE CASCADE,
    CONSTRAINT session_pkey PRIMARY KEY (id)
);
CREATE INDEX session_by_expiry ON session USING btree (expires_at);
CREATE INDEX session_by_guardian ON session USING btree (guardian_id);
CREATE INDEX session_by_revocation ON session USING btree (revoked_at) WHERE (revoked_at IS NOT NULL);
CREATE TABLE taste (
    child_id text NOT NULL,
    vector bytea NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT taste_child_id_fkey FOREIGN KEY (child_id) REFERENCES child(id) ON DELETE CASCADE,
    CONSTRAINT taste_pkey PRIMARY KEY (child_id)
);
CREATE TABLE video (
    id text NOT NULL,
    youtube_id text,
    hosted_path text,
    channel_id text,
    series_id text,
    episode bigint,
    state text NOT NULL,
    title text,
    own_title_ko text,
    own_title_en text,
    search_text text NOT NULL DEFAULT ''::text,
    thumbnail_url text,
    duration_ms bigint,
    embeddable bigint NOT NULL,
    made_for_kids bigint NOT NULL,
    healthy bigint NOT NULL DEFAULT 1,
    age_min bigint,
    age_max bigint,
    content_hash text NOT NULL,
    fetched_at bigint,
    published_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT video_age_min_check CHECK (((age_min >= 0) AND (age_min <= 12))),
    CONSTRAINT video_check CHECK (((age_max >= age_min) AND (age_max <= 12))),
    CONSTRAINT video_check1 CHECK (((youtube_id IS NULL) <> (hosted_path IS NULL))),
    CONSTRAINT video_check2 CHECK (((state <> 'published'::text) OR ((age_min IS NOT NULL) AND (age_max IS NOT NULL)))),
    CONSTRAINT video_duration_ms_check CHECK ((duration_ms > 0)),
    CONSTRAINT video_embeddable_check CHECK ((embeddable = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT video_episode_check CHECK ((episode > 0)),
    CONSTRAINT video_healthy_check CHECK ((healthy = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT video_made_for_kids_check CHECK ((made_for_kids = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT video_state_check CHECK ((state = ANY (ARRAY['refused'::text, 'accepted'::text, 'published'::text, 'quarantined'::text, 'withdrawn'::text]))),
    CONSTRAINT video_youtube_id_check CHECK ((length(youtube_id) = 11)),
    CONSTRAINT video_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES channel(id),
    CONSTRAINT video_series_id_fkey FOREIGN KEY (series_id) REFERENCES series(id),
    CONSTRAINT video_pkey PRIMARY KEY (id),
    CONSTRAINT video_hosted_path_key UNIQUE (hosted_path),
    CONSTRAINT video_youtube_id_key UNIQUE (youtube_id)
);
CREATE INDEX video_by_state ON video USING btree (state, published_at, id);
CREATE TABLE video_content (
    video_id text NOT NULL,
    edition text NOT NULL,
    code text NOT NULL,
    labelled_by text,
    labelled_at bigint NOT NULL,
    CONSTRAINT video_content_video_id_fkey FOREIGN KEY (video_id) REFERENCES video(id) ON DELETE CASCADE,
    CONSTRAINT video_content_pkey PRIMARY KEY (video_id, edition, code)
);
CREATE TABLE video_health (
    video_id text NOT NULL,
    guardian_id text NOT NULL,
    error_code bigint NOT NULL,
    reported_at bigint NOT NULL,
    CONSTRAINT video_health_video_id_fkey FOREIGN KEY (video_id) REFERENCES video(id) ON DELETE CASCADE,
    CONSTRAINT video_health_pkey PRIMARY KEY (video_id, guardian_id)
);
CREATE TABLE video_label (
    video_id text NOT NULL,
    label_id text NOT NULL,
    weight double precision NOT NULL,
    CONSTRAINT video_label_weight_check CHECK (((weight > (0)::double precision) AND (weight <= (1)::double precision))),
    CONSTRAINT video_label_label_id_fkey FOREIGN KEY (label_id) REFERENCES label(id),
    CONSTRAINT video_label_video_id_fkey FOREIGN KEY (video_id) REFERENCES video(id) ON DELETE CASCADE,
    CONSTRAINT video_label_pkey PRIMARY KEY (video_id, label_id)
);
CREATE INDEX video_label_by_label ON video_label USING btree (label_id);
CREATE TABLE video_popularity (
    video_id text NOT NULL,
    age_group bigint NOT NULL,
    weight double precision NOT NULL,
    CONSTRAINT video_popularity_age_group_check CHECK (((age_group >= 0) AND (age_group <= 4))),
    CONSTRAINT video_popularity_video_id_fkey FOREIGN KEY (video_id) REFERENCES video(id),
    CONSTRAINT video_popularity_pkey PRIMARY KEY (video_id, age_group)
);
CREATE TABLE video_refusal (
    video_id text NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL DEFAULT ''::text,
    refused_at bigint NOT NULL,
    CONSTRAINT video_refusal_video_id_fkey FOREIGN KEY (video_id) REFERENCES video(id) ON DELETE CASCADE,
    CONSTRAINT video_refusal_pkey PRIMARY KEY (video_id, reason)
);
CREATE TABLE watch_average (
    cell bigint NOT NULL,
    hour_of_week bigint NOT NULL,
    age_group bigint NOT NULL,
    area text NOT NULL,
    topic text NOT NULL,
    children bigint NOT NULL,
    plays bigint NOT NULL,
    watched_ms bigint NOT NULL,
    finished bigint NOT NULL,
    CONSTRAINT watch_average_age_group_check CHECK (((age_group >= 0) AND (age_group <= 4))),
    CONSTRAINT watch_average_check CHECK (((finished >= 0) AND (finished <= plays))),
    CONSTRAINT watch_average_children_check CHECK ((children >= 0)),
    CONSTRAINT watch_average_hour_of_week_check CHECK (((hour_of_week >= 0) AND (hour_of_week <= 167))),
    CONSTRAINT watch_average_plays_check CHECK ((plays >= 0)),
    CONSTRAINT watch_average_watched_ms_check CHECK ((watched_ms >= 0)),
    CONSTRAINT watch_average_pkey PRIMARY KEY (cell),
    CONSTRAINT watch_average_hour_of_week_age_group_area_topic_key UNIQUE (hour_of_week, age_group, area, topic)
);
CREATE TABLE watch_average_child (
    child_id text NOT NULL,
    cell bigint NOT NULL,
    plays bigint NOT NULL,
    watched_ms bigint NOT NULL,
    finished bigint NOT NULL,
    CONSTRAINT watch_average_child_check CHECK (((finished >= 0) AND (finished <= plays))),
    CONSTRAINT watch_average_child_plays_check CHECK ((plays > 0)),
    CONSTRAINT watch_average_child_watched_ms_check CHECK ((watched_ms >= 0)),
    CONSTRAINT watch_average_child_child_id_fkey FOREIGN KEY (child_id) REFERENCES child(id) ON DELETE CASCADE,
    CONSTRAINT watch_average_child_pkey PRIMARY KEY (child_id, cell)
);
CREATE TABLE watch_average_mark (
    id bigint NOT NULL,
    counted_until bigint NOT NULL,
    days_counted text,
    removed_until bigint,
    clearing bigint NOT NULL DEFAULT 0,
    CONSTRAINT watch_average_mark_clearing_check CHECK ((clearing = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT watch_average_mark_id_check CHECK ((id = 1)),
    CONSTRAINT watch_average_mark_pkey PRIMARY KEY (id)
);
CREATE TABLE watch_day (
    child_id text NOT NULL,
    day text NOT NULL,
    watched_ms bigint NOT NULL,
    age_group bigint,
    learning_ms bigint NOT NULL DEFAULT 0,
    fun_ms bigint NOT NULL DEFAULT 0,
    CONSTRAINT watch_day_age_group_check CHECK (((age_group >= 0) AND (age_group <= 4))),
    CONSTRAINT watch_day_fun_ms_check CHECK ((fun_ms >= 0)),
    CONSTRAINT watch_day_learning_ms_check CHECK ((learning_ms >= 0)),
    CONSTRAINT watch_day_watched_ms_check CHECK ((watched_ms >= 0)),
    CONSTRAINT watch_day_child_id_fkey FOREIGN KEY (child_id) REFERENCES child(id) ON DELETE CASCADE,
    CONSTRAINT watch_day_pkey PRIMARY KEY (child_id, day)
);
CREATE INDEX watch_day_uncounted ON watch_day USING btree (day, child_id) WHERE (age_group IS NULL);
CREATE TABLE watch_day_average (
    day text NOT NULL,
    age_group bigint NOT NULL,
    children bigint NOT NULL,
    watched_ms bigint NOT NULL,
    CONSTRAINT watch_day_average_age_group_check CHECK (((age_group >= 0) AND (age_group <= 4))),
    CONSTRAINT watch_day_average_children_check CHECK ((children >= 0)),
    CONSTRAINT watch_day_average_watched_ms_check CHECK ((watched_ms >= 0)),
    CONSTRAINT watch_day_average_pkey PRIMARY KEY (day, age_group)
);
CREATE TABLE watch_hour (
    child_id text NOT NULL,
    hour_at bigint NOT NULL,
    areas text NOT NULL,
    watched_ms bigint NOT NULL,
    CONSTRAINT watch_hour_watched_ms_check CHECK ((watched_ms >= 0)),
    CONSTRAINT watch_hour_child_id_fkey FOREIGN KEY (child_id) REFERENCES child(id) ON DELETE CASCADE,
    CONSTRAINT watch_hour_pkey PRIMARY KEY (child_id, hour_at, areas)
);
CREATE TABLE watch_rule (
    child_id text NOT NULL,
    rules text NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT watch_rule_child_id_fkey FOREIGN KEY (child_id) REFERENCES child(id) ON DELETE CASCADE,
    CONSTRAINT watch_rule_pkey PRIMARY KEY (child_id)
);
CREATE TABLE watch_rule_day (
    child_id text NOT NULL,
    day text NOT NULL,
    rules text NOT NULL,
    CONSTRAINT watch_rule_day_child_id_fkey FOREIGN KEY (child_id) REFERENCES child(id) ON DELETE CASCADE,
    CONSTRAINT watch_rule_day_pkey PRIMARY KEY (child_id, day)
);
CREATE TABLE watched_video (
    child_id text NOT NULL,
    video_id text NOT NULL,
    plays bigint NOT NULL,
    watched_ms bigint NOT NULL,
    position_ms bigint NOT NULL,
    last_watched_at bigint NOT NULL,
    popularity double precision NOT NULL DEFAULT 0,
    popularity_group bigint NOT NULL DEFAULT 0,
    first_played_at bigint,
    CONSTRAINT watched_video_child_id_fkey FOREIGN KEY (child_id) REFERENCES child(id) ON DELETE CASCADE,
    CONSTRAINT watched_video_video_id_fkey FOREIGN KEY (video_id) REFERENCES video(id),
    CONSTRAINT watched_video_pkey PRIMARY KEY (child_id, video_id)
);
CREATE INDEX watched_video_by_time ON watched_video USING btree (child_id, last_watched_at);
CREATE TABLE youtube_page (
    request text NOT NULL,
    etag text NOT NULL,
    next_page_token text,
    ids text NOT NULL,
    fetched_at bigint NOT NULL,
    CONSTRAINT youtube_page_pkey PRIMARY KEY (request)
);
CREATE TABLE youtube_quota (
    day text NOT NULL,
    bucket text NOT NULL,
    spent bigint NOT NULL,
    CONSTRAINT youtube_quota_spent_check CHECK ((spent >= 0)),
    CONSTRAINT youtube_quota_pkey PRIMARY KEY (day, bucket)
);
