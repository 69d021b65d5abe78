-- One row per message and per attempt of Verify (a message too), joined from its events. Every
-- aggregate is idempotent (min, max, set union), so an event that comes twice, late or out of
-- order changes nothing. Absent times are NULL, which min and max skip.
CREATE TABLE IF NOT EXISTS {database}.messages_store
(
    product LowCardinality(String),
    account_sid LowCardinality(String),
    message_sid String CODEC(ZSTD),
    service_sid SimpleAggregateFunction(max, String) CODEC(ZSTD),
    verification_sid SimpleAggregateFunction(max, String) CODEC(ZSTD),
    channel SimpleAggregateFunction(max, String) CODEC(ZSTD),
    country SimpleAggregateFunction(max, String) CODEC(ZSTD),
    carrier SimpleAggregateFunction(max, String) CODEC(ZSTD),
    sender_type SimpleAggregateFunction(max, String) CODEC(ZSTD),
    segments SimpleAggregateFunction(max, UInt16) CODEC(ZSTD),
    to_hash SimpleAggregateFunction(max, String) CODEC(ZSTD),
    to_masked SimpleAggregateFunction(max, String) CODEC(ZSTD),
    queued_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))) CODEC(ZSTD),
    sent_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))) CODEC(ZSTD),
    delivered_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))) CODEC(ZSTD),
    read_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))) CODEC(ZSTD),
    -- Time in epoch ms above 2^53, rank 1 to 4 of delivered, undelivered, failed, canceled, and
    -- error code, from the highest bits to the lowest; 0 is no terminal event. A tuple would
    -- order alike, but reading it under FINAL costs twice the time.
    terminal SimpleAggregateFunction(max, UInt128) CODEC(ZSTD),
    -- One bit per rank of the terminal events seen.
    terminals_seen SimpleAggregateFunction(groupBitOr, UInt8) CODEC(ZSTD),
    last_received_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(ZSTD),
    event_hashes SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)) CODEC(ZSTD)
)
ENGINE = AggregatingMergeTree
ORDER BY (product, account_sid, message_sid)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.messages_join TO {database}.messages_store
AS WITH
    product = 'verify' AS is_attempt
SELECT
    product,
    account_sid,
    if(is_attempt, JSONExtractString(data, 'attempt_sid'), subject_sid) AS message_sid,
    max(if(is_attempt, verify_service_sid, messaging_service_sid)) AS service_sid,
    max(if(is_attempt, subject_sid, '')) AS verification_sid,
    max(events_inlet.channel) AS channel,
    max(events_inlet.country) AS country,
    max(events_inlet.carrier) AS carrier,
    max(events_inlet.sender_type) AS sender_type,
    max(events_inlet.segments) AS segments,
    max(events_inlet.to_hash) AS to_hash,
    max(events_inlet.to_masked) AS to_masked,
    min(if(status = 'queued', toNullable(event_time), NULL)) AS queued_at,
    min(if(status = 'sent', toNullable(event_time), NULL)) AS sent_at,
    min(if(status = 'delivered', toNullable(event_time), NULL)) AS delivered_at,
    min(if(status = 'read', toNullable(event_time), NULL)) AS read_at,
    max(if(
        indexOf(['delivered', 'undelivered', 'failed', 'canceled'], status) AS rank > 0,
        bitShiftLeft(toUInt128(toUnixTimestamp64Milli(event_time) + 9007199254740992), 40)
            + bitShiftLeft(toUInt128(rank), 32) + error_code,
        toUInt128(0)
    )) AS terminal,
    groupBitOr(toUInt8(if(rank > 0, bitShiftLeft(1, rank), 0))) AS terminals_seen,
    max(received_at) AS last_received_at,
    groupUniqArray(sipHash64(dedup_id)) AS event_hashes
FROM {database}.events_inlet
WHERE status IN ('queued', 'sent', 'delivered', 'undelivered', 'failed', 'canceled', 'read')
    AND (
        startsWith(event_type, 'com.twilio.messaging.message.')
        OR (
            product = 'verify'
            AND (position(event_type, '.message.') > 0 OR position(event_type, '.attempt-dlr.') > 0)
            AND JSONExtractString(data, 'attempt_sid') != ''
        )
    )
GROUP BY product, account_sid, message_sid;

-- What the public views of messages and of attempts share; they take its columns by name.
CREATE OR REPLACE VIEW {database}.messages_of
AS WITH
    (
        SELECT (groupArray(code), groupArray(toString(error_class)))
        FROM {database}.error_codes FINAL
    ) AS classes,
    ['delivered', 'undelivered', 'failed', 'canceled'] AS outcomes,
    toUInt8(bitShiftRight(terminal, 32)) AS rank,
    toInt64(bitShiftRight(terminal, 40)) - 9007199254740992 AS terminal_ms,
    if(rank > 0, toNullable(fromUnixTimestamp64Milli(terminal_ms, 'UTC')), NULL) AS terminal_at,
    multiIf(read_at IS NOT NULL, 'delivered', rank > 0, outcomes[rank], 'unknown') AS its_outcome,
    if(its_outcome = 'delivered', coalesce(delivered_at, read_at), terminal_at) AS its_end,
    if(its_outcome = 'delivered', 0, toUInt32(terminal)) AS its_error
SELECT
    account_sid,
    message_sid,
    queued_at,
    sent_at,
    its_end AS finished_at,
    its_outcome AS outcome,
    read_at,
    its_error AS error_code,
    -- Not by dictionary: what everything rests on must not wait for one to load.
    if(its_error = 0, '', transform(its_error, classes.1, classes.2, 'other')) AS error_class,
    if(
        its_outcome = 'delivered' AND sent_at IS NOT NULL,
        greatest(0, toUnixTimestamp64Milli(its_end) - toUnixTimestamp64Milli(sent_at)),
        NULL
    ) AS latency_ms,
    channel,
    country,
    carrier,
    sender_type,
    segments,
    service_sid,
    verification_sid,
    last_received_at,
    to_hash,
    to_masked,
    length(event_hashes) AS events,
    bitCount(terminals_seen) > 1 OR (read_at IS NOT NULL AND rank > 1) AS contradictory
FROM {database}.messages_store FINAL
WHERE product = {product:String}
-- Conditions on the key before the merge, which is what takes the time.
SETTINGS optimize_move_to_prewhere_if_final = 1;

CREATE OR REPLACE VIEW {database}.messages
(
    account_sid String COMMENT 'Twilio account or subaccount',
    message_sid String COMMENT 'Twilio''s id of the message',
    queued_at Nullable(DateTime64(3, 'UTC')) COMMENT 'First queued event',
    {shared:delivery_columns}
    messaging_service_sid LowCardinality(String) COMMENT 'Messaging service, if any',
    {shared:recipient_columns}
)
AS SELECT *, service_sid AS messaging_service_sid
FROM {database}.messages_of(product = 'messaging')
COMMENT 'One row per message, joined from all its events';

CREATE OR REPLACE VIEW {database}.verify_attempts
(
    account_sid String COMMENT 'Twilio account or subaccount',
    attempt_sid String COMMENT 'Twilio''s id of the attempt',
    verification_sid String COMMENT 'The verification it is an attempt of',
    {shared:delivery_columns}
    service_sid LowCardinality(String) COMMENT 'Verify service',
    {shared:recipient_columns}
)
AS SELECT *, message_sid AS attempt_sid
FROM {database}.messages_of(product = 'verify')
COMMENT 'One row per attempt to send a code, joined from all its delivery events';
