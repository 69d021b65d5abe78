-- One row per call, joined like a message from status callbacks, API requests and Voice
-- Insights' summaries, which spell the same things differently.
CREATE TABLE IF NOT EXISTS {database}.calls_store
(
    call_sid String CODEC(ZSTD),
    account_sid SimpleAggregateFunction(max, String) CODEC(ZSTD),
    direction SimpleAggregateFunction(max, String) CODEC(ZSTD),
    country SimpleAggregateFunction(max, String) CODEC(ZSTD),
    to_hash SimpleAggregateFunction(max, String) CODEC(ZSTD),
    to_masked SimpleAggregateFunction(max, String) CODEC(ZSTD),
    from_address SimpleAggregateFunction(max, String) CODEC(ZSTD),
    answered_by SimpleAggregateFunction(max, String) CODEC(ZSTD),
    -- As callbacks and summaries tell it; and the first word of the call at all.
    started_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))) CODEC(ZSTD),
    first_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')) CODEC(ZSTD),
    answered_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))) CODEC(ZSTD),
    -- (time in epoch ms, rank 1 to 5 of completed, busy, no-answer, failed, canceled), 0 is none.
    ending SimpleAggregateFunction(max, Tuple(Int64, UInt8)) CODEC(ZSTD),
    -- One bit per rank of the endings seen.
    endings_seen SimpleAggregateFunction(groupBitOr, UInt8) CODEC(ZSTD),
    -- (how good the source is, seconds).
    duration SimpleAggregateFunction(max, Tuple(UInt8, UInt32)) CODEC(ZSTD),
    -- (time in epoch ms, Twilio's error code) and the same with SIP's response.
    failure SimpleAggregateFunction(max, Tuple(Int64, UInt32)) CODEC(ZSTD),
    sip_response SimpleAggregateFunction(max, Tuple(Int64, UInt16)) CODEC(ZSTD),
    last_received_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(ZSTD),
    event_hashes SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)) CODEC(ZSTD)
)
ENGINE = AggregatingMergeTree
ORDER BY call_sid
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.calls_join TO {database}.calls_store
AS WITH
    position(event_type, '.status-callback.call.') > 0 AS is_callback,
    position(event_type, '.insights.call-summary.') > 0 AS is_summary,
    if(is_callback, JSONExtractString(data, 'request', 'parameters', 'CallStatus'), '') AS told,
    replaceAll(lower(multiIf(told != '', told, is_callback OR is_summary, status, '')), '_', '-') AS spelled,
    multiIf(spelled = 'noanswer', 'no-answer', spelled = 'fail', 'failed', spelled) AS call_status,
    indexOf(['completed', 'busy', 'no-answer', 'failed', 'canceled'], call_status) AS rank,
    parseDateTime64BestEffortOrNull(JSONExtractString(data, 'start_time'), 3, 'UTC') AS start_time,
    parseDateTime64BestEffortOrNull(JSONExtractString(data, 'answer_time'), 3, 'UTC') AS answer_time,
    parseDateTime64BestEffortOrNull(JSONExtractString(data, 'end_time'), 3, 'UTC') AS end_time,
    toUnixTimestamp64Milli(event_time) AS event_ms,
    -- Of a callback from answer to end, as Insights' connect_duration; else from start to end.
    multiIf(
        JSONHas(data, 'request', 'parameters', 'CallDuration'),
        (toUInt8(3), toUInt32(JSONExtractUInt(data, 'request', 'parameters', 'CallDuration'))),
        JSONHas(data, 'connect_duration'), (toUInt8(2), toUInt32(JSONExtractUInt(data, 'connect_duration'))),
        (toUInt8(1), toUInt32(JSONExtractUInt(data, 'duration')))
    ) AS told_duration,
    greatest(error_code, toUInt32(JSONExtractUInt(data, 'request', 'parameters', 'ErrorCode'))) AS its_error,
    toUInt16(greatest(
        JSONExtractUInt(data, 'request', 'parameters', 'SipResponseCode'),
        JSONExtractUInt(data, 'properties', 'last_sip_response_num')
    )) AS sip
SELECT
    subject_sid AS call_sid,
    -- Callbacks name the account among the form fields only.
    max(greatest(
        events_inlet.account_sid,
        JSONExtractString(data, 'request', 'parameters', 'AccountSid')
    )) AS account_sid,
    max(replaceAll(lower(greatest(
        JSONExtractString(data, 'request', 'parameters', 'Direction'),
        JSONExtractString(data, 'properties', 'direction')
    )), '_', '-')) AS direction,
    max(events_inlet.country) AS country,
    max(events_inlet.to_hash) AS to_hash,
    max(events_inlet.to_masked) AS to_masked,
    max(events_inlet.from_address) AS from_address,
    max(lower(greatest(
        JSONExtractString(data, 'request', 'parameters', 'AnsweredBy'),
        JSONExtractString(data, 'answered_by')
    ))) AS answered_by,
    min(multiIf(
        is_summary, coalesce(start_time, subtractSeconds(coalesce(end_time, event_time), told_duration.2)),
        is_callback, toNullable(if(rank > 0, subtractSeconds(event_time, told_duration.2), event_time)),
        NULL
    )) AS started_at,
    min(event_time) AS first_at,
    min(if(
        call_status IN ('in-progress', 'answered') OR status = 'answered',
        toNullable(event_time),
        answer_time
    )) AS answered_at,
    max(if(
        rank > 0,
        (toUnixTimestamp64Milli(coalesce(end_time, event_time)), toUInt8(rank)),
        (toInt64(-9223372036854775808), toUInt8(0))
    )) AS ending,
    groupBitOr(toUInt8(if(rank > 0, bitShiftLeft(1, rank), 0))) AS endings_seen,
    max(told_duration) AS duration,
    max(if(its_error > 0, (event_ms, its_error), (toInt64(-9223372036854775808), toUInt32(0)))) AS failure,
    max(if(sip > 0, (event_ms, sip), (toInt64(-9223372036854775808), toUInt16(0)))) AS sip_response,
    max(received_at) AS last_received_at,
    groupUniqArray(sipHash64(dedup_id)) AS event_hashes
FROM {database}.events_inlet
WHERE product = 'voice' AND startsWith(subject_sid, 'CA')
GROUP BY call_sid;

CREATE OR REPLACE VIEW {database}.calls
(
    call_sid String COMMENT 'Twilio''s id of the call',
    account_sid LowCardinality(String) COMMENT 'Twilio account or subaccount',
    started_at DateTime64(3, 'UTC') COMMENT 'When it was started; its first event where none says',
    answered_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When somebody (or a machine) answered, where told',
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it ended',
    outcome LowCardinality(String) COMMENT 'unknown, completed, busy, no-answer, failed or canceled',
    duration_s UInt32 COMMENT 'Seconds from answer to end; from start to end where only that is told; 0 is none',
    error_code UInt32 COMMENT 'Twilio error code, the latest told; 0 is none',
    direction LowCardinality(String) COMMENT 'inbound, outbound-api, outbound-dial and so on',
    country LowCardinality(String) COMMENT 'Callee''s country, ISO 3166 alpha-2',
    to_hash String COMMENT 'Keyed hash of the callee; the same person has the same hash',
    to_masked String COMMENT 'Callee with the middle hidden',
    from_address String COMMENT 'Caller; masked, it may be a person',
    answered_by LowCardinality(String) COMMENT 'human, machine and so on, where detection was on',
    sip_response UInt16 COMMENT 'SIP response code, the latest told; 0 is none',
    events UInt64 COMMENT 'Distinct events seen',
    contradictory Bool COMMENT 'More than one outcome was told',
    error_class LowCardinality(String) COMMENT 'busy, no_answer, or the class of the error code of a failed or canceled call',
    start_told Bool COMMENT 'Whether a status callback or summary is known; the windows count only these',
    last_received_at DateTime64(3, 'UTC') COMMENT 'When the webhook received the last event or repetition of one'
)
AS WITH
    ['completed', 'busy', 'no-answer', 'failed', 'canceled'] AS outcomes,
    ending.2 AS rank
SELECT
    call_sid,
    account_sid,
    coalesce(calls_store.started_at, first_at) AS started_at,
    answered_at,
    if(rank > 0, toNullable(fromUnixTimestamp64Milli(ending.1, 'UTC')), NULL) AS ended_at,
    if(rank > 0, outcomes[rank], 'unknown') AS outcome,
    duration.2 AS duration_s,
    failure.2 AS error_code,
    direction,
    country,
    to_hash,
    to_masked,
    from_address,
    answered_by,
    calls_store.sip_response.2 AS sip_response,
    length(event_hashes) AS events,
    bitCount(endings_seen) > 1 AS contradictory,
    multiIf(
        outcome = 'busy', 'busy',
        outcome = 'no-answer', 'no_answer',
        outcome IN ('failed', 'canceled') AND failure.2 > 0,
        dictGetOrDefault('{database}.error_code', 'error_class', toUInt64(failure.2), 'other'),
        ''
    ) AS error_class,
    calls_store.started_at IS NOT NULL AS start_told,
    last_received_at
FROM {database}.calls_store FINAL
COMMENT 'One row per call, joined from all that told of it';
