-- One row per message, joined from its events. Every aggregate is idempotent (min, max, set
-- union), so an event that comes twice, late or out of order changes nothing. Absent times are
-- NULL, which min and max skip.
CREATE TABLE IF NOT EXISTS {database}.messages_store
(
    message_sid String CODEC(ZSTD),
    account_sid SimpleAggregateFunction(max, String) CODEC(ZSTD),
    messaging_service_sid SimpleAggregateFunction(max, String) CODEC(ZSTD),
    channel SimpleAggregateFunction(max, String) CODEC(ZSTD),
    country SimpleAggregateFunction(max, String) CODEC(ZSTD),
    to_hash SimpleAggregateFunction(max, String) CODEC(ZSTD),
    to_masked SimpleAggregateFunction(max, String) CODEC(ZSTD),
    queued_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))) CODEC(ZSTD),
    sent_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))) CODEC(ZSTD),
    delivered_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))) CODEC(ZSTD),
    read_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))) CODEC(ZSTD),
    -- (time in epoch ms, rank 1 to 4 of delivered, undelivered, failed, canceled, error code),
    -- where rank 0 is no terminal event.
    terminal SimpleAggregateFunction(max, Tuple(Int64, UInt8, UInt32)) CODEC(ZSTD),
    -- One bit per rank of the terminal events seen.
    terminals_seen SimpleAggregateFunction(groupBitOr, UInt8) CODEC(ZSTD),
    event_hashes SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)) CODEC(ZSTD)
)
ENGINE = AggregatingMergeTree
ORDER BY message_sid
SETTINGS non_replicated_deduplication_window = 1000;

-- Keeps nothing: what is inserted here is joined into the messages. Events come through it as
-- they are stored, and once more when the sink can't tell whether they did.
CREATE TABLE IF NOT EXISTS {database}.messages_inlet
(
    dedup_id String,
    event_time DateTime64(3, 'UTC'),
    account_sid String,
    subject_sid String,
    status String,
    error_code UInt32,
    channel String,
    country String,
    to_hash String,
    to_masked String,
    messaging_service_sid String
)
ENGINE = Null;

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.messages_join TO {database}.messages_store
AS SELECT
    subject_sid AS message_sid,
    max(messages_inlet.account_sid) AS account_sid,
    max(messages_inlet.messaging_service_sid) AS messaging_service_sid,
    max(messages_inlet.channel) AS channel,
    max(messages_inlet.country) AS country,
    max(messages_inlet.to_hash) AS to_hash,
    max(messages_inlet.to_masked) AS to_masked,
    min(if(status = 'queued', toNullable(event_time), NULL)) AS queued_at,
    min(if(status = 'sent', toNullable(event_time), NULL)) AS sent_at,
    min(if(status = 'delivered', toNullable(event_time), NULL)) AS delivered_at,
    min(if(status = 'read', toNullable(event_time), NULL)) AS read_at,
    max(if(
        indexOf(['delivered', 'undelivered', 'failed', 'canceled'], status) AS rank > 0,
        (toUnixTimestamp64Milli(event_time), toUInt8(rank), error_code),
        (toInt64(-9223372036854775808), toUInt8(0), toUInt32(0))
    )) AS terminal,
    groupBitOr(toUInt8(if(rank > 0, bitShiftLeft(1, rank), 0))) AS terminals_seen,
    groupUniqArray(sipHash64(dedup_id)) AS event_hashes
FROM {database}.messages_inlet
GROUP BY message_sid;

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.messages_feed TO {database}.messages_inlet
AS SELECT
    dedup_id, event_time, account_sid, subject_sid, status, error_code, channel, country,
    to_hash, to_masked, messaging_service_sid
FROM {database}.events_store
WHERE startsWith(event_type, 'com.twilio.messaging.message.')
    AND status IN ('queued', 'sent', 'delivered', 'undelivered', 'failed', 'canceled', 'read');

CREATE OR REPLACE VIEW {database}.messages
(
    account_sid String COMMENT 'Twilio account or subaccount',
    message_sid String COMMENT 'Twilio''s id of the message',
    queued_at Nullable(DateTime64(3, 'UTC')) COMMENT 'First queued event',
    sent_at Nullable(DateTime64(3, 'UTC')) COMMENT 'First sent event',
    finished_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Delivery (or reading, where no delivery was told), else the failure',
    outcome LowCardinality(String) COMMENT 'unknown, delivered, undelivered, failed or canceled',
    read_at Nullable(DateTime64(3, 'UTC')) COMMENT 'First read event',
    error_code UInt32 COMMENT 'Twilio error code of the outcome; 0 is none',
    error_class LowCardinality(String) COMMENT 'What the code means for the next step: transient, permanent and so on',
    latency_ms Nullable(Int64) COMMENT 'From sent to finished, for delivered messages, in milliseconds',
    channel LowCardinality(String) COMMENT 'sms, whatsapp, rcs and so on',
    country LowCardinality(String) COMMENT 'Recipient''s country, ISO 3166 alpha-2',
    messaging_service_sid LowCardinality(String) COMMENT 'Messaging service, if any',
    to_hash String COMMENT 'Keyed hash of the recipient; the same person has the same hash',
    to_masked String COMMENT 'Recipient with the middle hidden',
    events UInt64 COMMENT 'Distinct events seen',
    contradictory Bool COMMENT 'More than one terminal status, or read after a failure'
)
AS WITH
    (
        SELECT (groupArray(code), groupArray(toString(error_class)))
        FROM {database}.error_codes FINAL
    ) AS classes,
    ['delivered', 'undelivered', 'failed', 'canceled'] AS outcomes,
    terminal.2 AS rank,
    if(rank > 0, toNullable(fromUnixTimestamp64Milli(terminal.1, 'UTC')), NULL) AS terminal_at,
    multiIf(read_at IS NOT NULL, 'delivered', rank > 0, outcomes[rank], 'unknown') AS its_outcome,
    if(its_outcome = 'delivered', coalesce(delivered_at, read_at), terminal_at) AS its_end,
    if(its_outcome = 'delivered', 0, terminal.3) AS its_error
SELECT
    account_sid,
    message_sid,
    queued_at,
    sent_at,
    its_end AS finished_at,
    its_outcome AS outcome,
    read_at,
    its_error AS error_code,
    if(its_error = 0, '', transform(its_error, classes.1, classes.2, 'other')) AS error_class,
    if(
        its_outcome = 'delivered' AND sent_at IS NOT NULL,
        greatest(0, toUnixTimestamp64Milli(its_end) - toUnixTimestamp64Milli(sent_at)),
        NULL
    ) AS latency_ms,
    channel,
    country,
    messaging_service_sid,
    to_hash,
    to_masked,
    length(event_hashes) AS events,
    bitCount(terminals_seen) > 1 OR (read_at IS NOT NULL AND rank > 1) AS contradictory
FROM {database}.messages_store FINAL
COMMENT 'One row per message, joined from all its events';
