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
AS SELECT
    dedup_id, event_time, event_type, product, account_sid, subject_sid, status, error_code,
    channel, country, carrier, sender_type, to_hash, to_masked, from_address,
    messaging_service_sid, verify_service_sid,
    -- The quick look is enough for a number, and the frequent product's events can't wait.
    if(
        product = 'verify',
        simpleJSONExtractUInt(payload, 'number_segments'),
        simpleJSONExtractUInt(payload, 'numberOfSegments')
    ) AS segments,
    received_at,
    multiIf(
        product = 'messaging', '',
        JSONType(payload, 'data') = 'String', JSONExtractString(payload, 'data'),
        JSONExtractRaw(payload, 'data')
    ) AS data
FROM {database}.events_store
WHERE product IN ('messaging', 'verify', 'voice', 'errors');
