CREATE TABLE events
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

CREATE TABLE messages
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

CREATE TABLE delivery_windows
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
ENGINE = MergeTree ORDER BY window_start
