-- Keeps nothing: what is inserted here is joined into messages, verifications, calls and errors.
-- Events come through it as they are stored, and once more when the sink can't tell whether they
-- did. ``data`` is the event's, for the products whose joins look into it.
CREATE TABLE IF NOT EXISTS {database}.events_inlet
(
    dedup_id String,
    event_time DateTime64(3, 'UTC'),
    event_type String,
    product String,
    account_sid String,
    subject_sid String,
    status String,
    error_code UInt32,
    channel String,
    country String,
    carrier String,
    sender_type String,
    to_hash String,
    to_masked String,
    from_address String,
    messaging_service_sid String,
    verify_service_sid String,
    segments UInt16,
    received_at DateTime64(3, 'UTC'),
    data String
)
ENGINE = Null;

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.events_feed TO {database}.events_inlet
AS {shared:inlet};
