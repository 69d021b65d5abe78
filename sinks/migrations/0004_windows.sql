-- The processor's window cells: full values, of which the newest version counts.
CREATE TABLE IF NOT EXISTS {database}.windows_store
(
    window_start DateTime('UTC') CODEC(Delta, ZSTD),
    window_seconds UInt32,
    account_sid LowCardinality(String),
    product LowCardinality(String),
    channel LowCardinality(String),
    service_sid LowCardinality(String),
    country LowCardinality(String),
    error_class LowCardinality(String),
    source_topic LowCardinality(String),
    source_partition Int32,
    version Int64 CODEC(ZSTD),
    sent UInt64 CODEC(ZSTD),
    delivered UInt64 CODEC(ZSTD),
    undelivered UInt64 CODEC(ZSTD),
    failed UInt64 CODEC(ZSTD),
    canceled UInt64 CODEC(ZSTD),
    unknown UInt64 CODEC(ZSTD),
    latency_buckets Array(UInt16) CODEC(ZSTD),
    latency_counts Array(UInt64) CODEC(ZSTD),
    kafka_topic LowCardinality(String),
    kafka_partition Int32,
    kafka_offset Int64 CODEC(Delta, ZSTD),
    kafka_index Int32,
    INDEX offsets kafka_offset TYPE minmax GRANULARITY 8
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(window_start)
ORDER BY (
    window_start, window_seconds, account_sid, product, channel, service_sid, country,
    error_class, source_topic, source_partition
)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE OR REPLACE VIEW {database}.delivery_windows
(
    window_start DateTime('UTC') COMMENT 'Start of the window in which the messages were sent, inclusive',
    window_seconds UInt32 COMMENT 'Length: 60, 300 or 3600; filter on one, they overlap',
    account_sid LowCardinality(String) COMMENT 'Twilio account or subaccount',
    product LowCardinality(String) COMMENT 'messaging or verify',
    channel LowCardinality(String) COMMENT 'sms, whatsapp, rcs and so on',
    service_sid LowCardinality(String) COMMENT 'Messaging or Verify service',
    country LowCardinality(String) COMMENT 'Recipient''s country, ISO 3166 alpha-2',
    error_class LowCardinality(String) COMMENT 'Class of the failure; empty for messages without an error',
    sent UInt64 COMMENT 'Messages sent in the window, whatever became of them',
    delivered UInt64 COMMENT 'Of these, delivered',
    undelivered UInt64 COMMENT 'Of these, undelivered',
    failed UInt64 COMMENT 'Of these, failed',
    canceled UInt64 COMMENT 'Of these, canceled',
    unknown UInt64 COMMENT 'Of these, without an outcome yet',
    delivery_rate Nullable(Float64) COMMENT 'delivered / (sent - unknown)',
    rate_low Nullable(Float64) COMMENT 'Lower end of the rate''s 95 % Wilson interval',
    rate_high Nullable(Float64) COMMENT 'Upper end of the rate''s 95 % Wilson interval',
    p50_latency_ms Nullable(Float64) COMMENT 'Median time from sent to delivered, within 1 %',
    p95_latency_ms Nullable(Float64) COMMENT '95th percentile from sent to delivered, within 1 %'
)
AS WITH
    1.959963984540054 AS z,
    1.01 / 0.99 AS gamma,
    sent - unknown AS known,
    delivered / nullIf(known, 0) AS rate,
    (rate + z * z / (2 * known)) / (1 + z * z / known) AS center,
    z * sqrt(rate * (1 - rate) / known + z * z / (4 * known * known)) / (1 + z * z / known) AS reach,
    arrayCumSum(sketch.2) AS ranks
SELECT
    window_start, window_seconds, account_sid, product, channel, service_sid, country, error_class,
    sent, delivered, undelivered, failed, canceled, unknown,
    rate AS delivery_rate,
    if(known = 0, NULL, greatest(0, center - reach)) AS rate_low,
    if(known = 0, NULL, least(1, center + reach)) AS rate_high,
    if(empty(ranks), NULL, 2 * pow(gamma, sketch.1[arrayFirstIndex(n -> n >= 0.50 * ranks[-1], ranks)]) / (gamma + 1)) AS p50_latency_ms,
    if(empty(ranks), NULL, 2 * pow(gamma, sketch.1[arrayFirstIndex(n -> n >= 0.95 * ranks[-1], ranks)]) / (gamma + 1)) AS p95_latency_ms
FROM
(
    SELECT
        window_start, toUInt32(60) AS window_seconds,
        account_sid, product, channel, service_sid, country, error_class,
        sum(sent) AS sent, sum(delivered) AS delivered, sum(undelivered) AS undelivered,
        sum(failed) AS failed, sum(canceled) AS canceled, sum(unknown) AS unknown,
        sumMap(latency_buckets, latency_counts) AS sketch
    FROM {database}.windows_store FINAL
    WHERE windows_store.window_seconds = 60
    GROUP BY ALL
    UNION ALL
    SELECT
        toStartOfFiveMinutes(windows_store.window_start) AS window_start, toUInt32(300) AS window_seconds,
        account_sid, product, channel, service_sid, country, error_class,
        sum(sent) AS sent, sum(delivered) AS delivered, sum(undelivered) AS undelivered,
        sum(failed) AS failed, sum(canceled) AS canceled, sum(unknown) AS unknown,
        sumMap(latency_buckets, latency_counts) AS sketch
    FROM {database}.windows_store FINAL
    WHERE windows_store.window_seconds = 60
    GROUP BY ALL
    UNION ALL
    SELECT
        toStartOfHour(windows_store.window_start) AS window_start, toUInt32(3600) AS window_seconds,
        account_sid, product, channel, service_sid, country, error_class,
        sum(sent) AS sent, sum(delivered) AS delivered, sum(undelivered) AS undelivered,
        sum(failed) AS failed, sum(canceled) AS canceled, sum(unknown) AS unknown,
        sumMap(latency_buckets, latency_counts) AS sketch
    FROM {database}.windows_store FINAL
    WHERE windows_store.window_seconds = 60
    GROUP BY ALL
)
WHERE sent > 0
COMMENT 'Delivery by send time: one row per window cell, summed over source partitions';
