CREATE TABLE events_store
(
    event_id String,
    event_type String,
    subject_sid String,
    event_time DateTime64(3, 'UTC'),
    status String,
    error_code UInt32,
    account_sid String
)
ENGINE = MergeTree ORDER BY event_id;

CREATE TABLE messages_store
(
    message_sid String,
    account_sid String,
    messaging_service_sid String,
    channel String,
    country String,
    outcome String,
    error_code UInt32,
    sent_at Nullable(DateTime64(3, 'UTC')),
    finished_at Nullable(DateTime64(3, 'UTC'))
)
ENGINE = MergeTree ORDER BY message_sid;

CREATE TABLE delivery_windows_store
(
    window_start DateTime('UTC'),
    account_sid String,
    product String,
    channel String,
    service_sid String,
    country String,
    error_class String,
    sent UInt64,
    delivered UInt64,
    undelivered UInt64,
    failed UInt64,
    canceled UInt64,
    unknown UInt64,
    window_seconds UInt32 DEFAULT 60
)
ENGINE = MergeTree ORDER BY window_start;

CREATE TABLE verify_attempts_store
(
    attempt_sid String,
    account_sid String,
    service_sid String,
    channel String,
    country String,
    outcome String,
    error_code UInt32,
    sent_at Nullable(DateTime64(3, 'UTC')),
    finished_at Nullable(DateTime64(3, 'UTC'))
)
ENGINE = MergeTree ORDER BY attempt_sid;

CREATE TABLE verifications_store
(
    verification_sid String,
    account_sid String,
    service_sid String,
    country String,
    first_channel String,
    status String,
    started_at DateTime64(3, 'UTC'),
    finished_at Nullable(DateTime64(3, 'UTC')),
    channels Array(String),
    attempts UInt32,
    delivered_attempts UInt32,
    end_told Bool
)
ENGINE = MergeTree ORDER BY verification_sid;

CREATE TABLE calls_store
(
    call_sid String,
    account_sid String,
    country String,
    outcome String,
    started_at DateTime64(3, 'UTC'),
    answered_at Nullable(DateTime64(3, 'UTC')),
    ended_at Nullable(DateTime64(3, 'UTC')),
    duration_s UInt32
)
ENGINE = MergeTree ORDER BY call_sid;

CREATE TABLE errors_store
(
    event_id String,
    account_sid String,
    event_time DateTime64(3, 'UTC'),
    error_code UInt32,
    level String,
    product String,
    resource_sid String,
    correlation_sid String
)
ENGINE = MergeTree ORDER BY event_id;

CREATE TABLE verify_funnel_store
(
    window_start DateTime('UTC'),
    account_sid String,
    service_sid String,
    country String,
    channel String,
    started UInt64,
    approved UInt64,
    canceled UInt64,
    max_attempts UInt64,
    pending_or_expired UInt64,
    pending UInt64 ALIAS pending_or_expired,
    expired UInt64 DEFAULT 0,
    delivered UInt64,
    attempts UInt64,
    repeated UInt64,
    window_seconds UInt32 DEFAULT 60
)
ENGINE = MergeTree ORDER BY window_start;

CREATE TABLE outcomes_store
(
    id String,
    kind String,
    subject_sid String,
    account_sid String,
    verification_sid String,
    verification_status String,
    error_code UInt32
)
ENGINE = MergeTree ORDER BY id;
CREATE VIEW events AS SELECT * FROM events_store;
CREATE VIEW messages AS SELECT * FROM messages_store;
CREATE VIEW delivery_windows AS SELECT * FROM delivery_windows_store;
CREATE VIEW verify_attempts AS SELECT * FROM verify_attempts_store;
CREATE VIEW verifications AS SELECT * FROM verifications_store;
CREATE VIEW calls AS SELECT * FROM calls_store;
CREATE VIEW outcomes AS SELECT * FROM outcomes_store;
CREATE VIEW errors AS SELECT * FROM errors_store;
CREATE VIEW verify_funnel AS SELECT *, pending FROM verify_funnel_store
