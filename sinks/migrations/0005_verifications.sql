-- One row per verification, joined like a message from what told of it and of its attempts.
CREATE TABLE IF NOT EXISTS {database}.verifications_store
(
    account_sid LowCardinality(String),
    verification_sid String CODEC(ZSTD),
    service_sid SimpleAggregateFunction(max, String) CODEC(ZSTD),
    country SimpleAggregateFunction(max, String) CODEC(ZSTD),
    to_hash SimpleAggregateFunction(max, String) CODEC(ZSTD),
    to_masked SimpleAggregateFunction(max, String) CODEC(ZSTD),
    -- When it was created, where an event of its own told; and the first word of it or an attempt.
    created_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))) CODEC(ZSTD),
    first_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')) CODEC(ZSTD),
    approved_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))) CODEC(ZSTD),
    -- (time in epoch ms, rank 1 to 3 of canceled, expired, max_attempts_reached), rank 0 is none.
    ending SimpleAggregateFunction(max, Tuple(Int64, UInt8)) CODEC(ZSTD),
    -- One bit per rank of the endings seen, and bit 0 for an approval.
    endings_seen SimpleAggregateFunction(groupBitOr, UInt8) CODEC(ZSTD),
    channels SimpleAggregateFunction(groupUniqArrayArray, Array(String)) CODEC(ZSTD),
    attempt_sids SimpleAggregateFunction(groupUniqArrayArray, Array(String)) CODEC(ZSTD),
    delivered_sids SimpleAggregateFunction(groupUniqArrayArray, Array(String)) CODEC(ZSTD),
    -- (time in epoch ms, SID, channel).
    first_attempt SimpleAggregateFunction(min, Tuple(Int64, String, String)) CODEC(ZSTD),
    attempts_told SimpleAggregateFunction(max, UInt32) CODEC(ZSTD),
    checks SimpleAggregateFunction(max, UInt32) CODEC(ZSTD),
    -- (time in epoch ms, error code) of the latest failed attempt.
    failure SimpleAggregateFunction(max, Tuple(Int64, UInt32)) CODEC(ZSTD),
    last_received_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(ZSTD),
    event_hashes SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)) CODEC(ZSTD)
)
ENGINE = AggregatingMergeTree
ORDER BY (account_sid, verification_sid)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.verifications_join TO {database}.verifications_store
AS WITH
    position(event_type, '.verification.') > 0 AS is_lifecycle,
    JSONExtract(data, 'send_code_attempts', 'attempts', 'Array(Tuple(attempt_sid String, channel String, time String))') AS sends,
    toInt64(9223372036854775807) AS never,
    status = 'approved' AND is_lifecycle AS is_approval,
    if(is_lifecycle, indexOf(['canceled', 'expired', 'max_attempts_reached'], status), 0) AS rank,
    parseDateTime64BestEffortOrNull(JSONExtractString(data, 'created_at'), 3, 'UTC') AS told_start,
    arrayFilter(
        sending -> sending.2 != '',
        arrayPushBack(
            arrayMap(
                each -> (
                    coalesce(toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull(each.time, 3, 'UTC')), never),
                    each.attempt_sid,
                    lower(each.channel)
                ),
                sends
            ),
            (toUnixTimestamp64Milli(event_time), JSONExtractString(data, 'attempt_sid'), channel)
        )
    ) AS sendings
SELECT
    account_sid,
    subject_sid AS verification_sid,
    max(verify_service_sid) AS service_sid,
    max(events_inlet.country) AS country,
    max(events_inlet.to_hash) AS to_hash,
    max(events_inlet.to_masked) AS to_masked,
    min(if(is_lifecycle, toNullable(coalesce(told_start, event_time)), NULL)) AS created_at,
    min(event_time) AS first_at,
    min(if(is_approval, toNullable(event_time), NULL)) AS approved_at,
    max(if(
        rank > 0,
        (toUnixTimestamp64Milli(event_time), toUInt8(rank)),
        (toInt64(-9223372036854775808), toUInt8(0))
    )) AS ending,
    groupBitOr(toUInt8(multiIf(is_approval, 1, rank > 0, bitShiftLeft(1, rank), 0))) AS endings_seen,
    groupUniqArrayArray(arrayFilter(name -> name != '', sendings.3)) AS channels,
    groupUniqArrayArray(sendings.2) AS attempt_sids,
    groupUniqArrayArray(if(status IN ('delivered', 'read') AND NOT is_lifecycle, sendings.2, [])) AS delivered_sids,
    min(if(empty(sendings), (never, '', ''), arraySort(sendings)[1])) AS first_attempt,
    max(toUInt32(JSONExtractUInt(data, 'send_code_attempts', 'count'))) AS attempts_told,
    max(toUInt32(JSONExtractUInt(data, 'check_attempts', 'count'))) AS checks,
    max(if(
        error_code > 0,
        (toUnixTimestamp64Milli(event_time), error_code),
        (toInt64(-9223372036854775808), toUInt32(0))
    )) AS failure,
    max(received_at) AS last_received_at,
    groupUniqArray(sipHash64(dedup_id)) AS event_hashes
FROM {database}.events_inlet
WHERE product = 'verify' AND JSONExtractString(data, 'verification_sid') = subject_sid
GROUP BY account_sid, verification_sid;

CREATE OR REPLACE VIEW {database}.verifications
(
    verification_sid String COMMENT 'Twilio''s id of the verification',
    service_sid LowCardinality(String) COMMENT 'Verify service',
    account_sid LowCardinality(String) COMMENT 'Twilio account or subaccount',
    started_at DateTime64(3, 'UTC') COMMENT 'When it was created; its first attempt where only attempts are known',
    finished_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was approved, else when it ended',
    status LowCardinality(String) COMMENT 'pending, approved, canceled, expired or max_attempts_reached',
    channels Array(String) COMMENT 'Channels a code was sent on, in the order of the alphabet',
    attempts UInt32 COMMENT 'Codes sent',
    delivered_attempts UInt32 COMMENT 'Of these, told to be delivered',
    seconds_to_approve Nullable(Float64) COMMENT 'From started to approved',
    country LowCardinality(String) COMMENT 'Recipient''s country, ISO 3166 alpha-2',
    to_hash String COMMENT 'Keyed hash of the recipient; the same person has the same hash',
    to_masked String COMMENT 'Recipient with the middle hidden',
    checks UInt32 COMMENT 'Codes typed in, right or wrong',
    error_code UInt32 COMMENT 'Twilio error code of the latest failed attempt; 0 is none',
    first_channel LowCardinality(String) COMMENT 'Channel of the first attempt',
    start_told Bool COMMENT 'Whether an event of its own is known; the funnel counts only these',
    end_told Bool COMMENT 'Whether an event told the end; one that ran out may have none',
    events UInt64 COMMENT 'Distinct events seen, of the verification and of its attempts',
    contradictory Bool COMMENT 'More than one end was told',
    last_received_at DateTime64(3, 'UTC') COMMENT 'When the webhook received the last event or repetition of one'
)
AS WITH
    ['canceled', 'expired', 'max_attempts_reached'] AS endings,
    coalesce(created_at, first_at) AS start,
    ending.2 AS rank,
    (
        SELECT argMax(value, told_at) FROM {database}.processor_settings
        WHERE name = 'verification_lifetime_s'
    ) AS lifetime_s,
    start + toIntervalSecond(lifetime_s) AS runs_out_at,
    runs_out_at <= now64(3) AS ran_out
SELECT
    verification_sid,
    service_sid,
    account_sid,
    start AS started_at,
    multiIf(
        approved_at IS NOT NULL, approved_at,
        rank > 0, toNullable(fromUnixTimestamp64Milli(ending.1, 'UTC')),
        ran_out, toNullable(runs_out_at),
        NULL
    ) AS finished_at,
    multiIf(approved_at IS NOT NULL, 'approved', rank > 0, endings[rank], ran_out, 'expired', 'pending') AS status,
    arraySort(channels) AS channels,
    greatest(length(attempt_sids), attempts_told) AS attempts,
    length(delivered_sids) AS delivered_attempts,
    if(
        approved_at IS NULL, NULL,
        greatest(0, toUnixTimestamp64Milli(approved_at) - toUnixTimestamp64Milli(start)) / 1000
    ) AS seconds_to_approve,
    country,
    to_hash,
    to_masked,
    checks,
    failure.2 AS error_code,
    first_attempt.3 AS first_channel,
    created_at IS NOT NULL AS start_told,
    approved_at IS NOT NULL OR rank > 0 AS end_told,
    length(event_hashes) AS events,
    bitCount(endings_seen) > 1 AS contradictory,
    last_received_at
FROM {database}.verifications_store FINAL
COMMENT 'One row per verification, joined from its own events and those of its attempts';
