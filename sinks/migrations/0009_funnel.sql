-- The processor's cells of the Verify funnel: full values, of which the newest version counts.
CREATE TABLE IF NOT EXISTS {database}.funnel_store
(
    window_start DateTime('UTC') CODEC(Delta, ZSTD),
    window_seconds UInt32,
    account_sid LowCardinality(String),
    service_sid LowCardinality(String),
    country LowCardinality(String),
    channel LowCardinality(String),
    source_topic LowCardinality(String),
    source_partition Int32,
    version Int64 CODEC(ZSTD),
    started UInt64 CODEC(ZSTD),
    pending UInt64 CODEC(ZSTD),
    approved UInt64 CODEC(ZSTD),
    canceled UInt64 CODEC(ZSTD),
    expired UInt64 CODEC(ZSTD),
    max_attempts UInt64 CODEC(ZSTD),
    delivered UInt64 CODEC(ZSTD),
    attempts UInt64 CODEC(ZSTD),
    repeated UInt64 CODEC(ZSTD),
    approve_buckets Array(UInt16) CODEC(ZSTD),
    approve_counts Array(UInt64) CODEC(ZSTD),
    kafka_topic LowCardinality(String),
    kafka_partition Int32,
    kafka_offset Int64 CODEC(Delta, ZSTD),
    kafka_index Int32 CODEC(T64, ZSTD),
    INDEX offsets kafka_offset TYPE minmax GRANULARITY 8
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(window_start)
ORDER BY (
    window_start, window_seconds, account_sid, service_sid, country, channel, source_topic,
    source_partition
)
SETTINGS non_replicated_deduplication_window = 1000;

-- The funnel by windows of any length that minutes fill.
CREATE OR REPLACE VIEW {database}.funnel_of
AS WITH
    started - pending AS known,
    approved AS successes,
    {shared:rate_interval},
    {shared:sketch_quantile}
SELECT
    window_start, window_seconds, account_sid, service_sid, country, channel, started, pending,
    approved, canceled, expired, max_attempts, delivered, attempts, repeated,
    rate AS approval_rate,
    wilson_low AS rate_low,
    wilson_high AS rate_high,
    quantile_ms(0.50) / 1000 AS p50_seconds_to_approve,
    quantile_ms(0.95) / 1000 AS p95_seconds_to_approve
FROM
(
    SELECT
        toStartOfInterval(cells.window_start, toIntervalSecond({seconds:UInt32})) AS window_start,
        {seconds:UInt32} AS window_seconds,
        account_sid, service_sid, country, channel,
        sum(cells.started) AS started,
        sum(cells.pending) AS pending,
        sum(cells.approved) AS approved,
        sum(cells.canceled) AS canceled,
        sum(cells.expired) AS expired,
        sum(cells.max_attempts) AS max_attempts,
        sum(cells.delivered) AS delivered,
        sum(cells.attempts) AS attempts,
        sum(cells.repeated) AS repeated,
        sumMap(approve_buckets, approve_counts) AS sketch
    FROM {database}.funnel_store AS cells FINAL
    WHERE cells.window_seconds = 60
    GROUP BY ALL
)
WHERE started > 0;

CREATE OR REPLACE VIEW {database}.verify_funnel
(
    window_start DateTime('UTC') COMMENT 'Start of the window in which the verifications were started, inclusive',
    window_seconds UInt32 COMMENT 'Length: 60, 300, 3600 or 86400; filter on one, they overlap',
    account_sid LowCardinality(String) COMMENT 'Twilio account or subaccount',
    service_sid LowCardinality(String) COMMENT 'Verify service',
    country LowCardinality(String) COMMENT 'Recipient''s country, ISO 3166 alpha-2',
    channel LowCardinality(String) COMMENT 'Channel of the first attempt',
    started UInt64 COMMENT 'Verifications started in the window, whatever became of them',
    pending UInt64 COMMENT 'Of these, still open',
    approved UInt64 COMMENT 'Of these, approved',
    canceled UInt64 COMMENT 'Of these, canceled',
    expired UInt64 COMMENT 'Of these, expired, told by Twilio or by their lifetime',
    max_attempts UInt64 COMMENT 'Of these, ended by too many attempts',
    delivered UInt64 COMMENT 'Of these, with at least one delivered attempt',
    attempts UInt64 COMMENT 'Codes sent for all of them',
    repeated UInt64 COMMENT 'Verifications with more than one attempt',
    approval_rate Nullable(Float64) COMMENT 'approved / (started - pending)',
    rate_low Nullable(Float64) COMMENT 'Lower end of the rate''s 95 % Wilson interval',
    rate_high Nullable(Float64) COMMENT 'Upper end of the rate''s 95 % Wilson interval',
    p50_seconds_to_approve Nullable(Float64) COMMENT 'Median time from started to approved, within 1 %',
    p95_seconds_to_approve Nullable(Float64) COMMENT '95th percentile from started to approved, within 1 %'
)
AS SELECT *
FROM
(
    SELECT * FROM {database}.funnel_of(seconds = 60)
    UNION ALL
    SELECT * FROM {database}.funnel_of(seconds = 300)
    UNION ALL
    SELECT * FROM {database}.funnel_of(seconds = 3600)
    UNION ALL
    SELECT * FROM {database}.funnel_of(seconds = 86400)
)
COMMENT 'Conversion of verifications by the time they were started: one row per window cell';
