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
    carrier LowCardinality(String),
    sender_type LowCardinality(String),
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
    read UInt64 CODEC(ZSTD),
    latency_buckets Array(UInt16) CODEC(ZSTD),
    latency_counts Array(UInt64) CODEC(ZSTD),
    kafka_topic LowCardinality(String),
    kafka_partition Int32,
    kafka_offset Int64 CODEC(Delta, ZSTD),
    kafka_index Int32 CODEC(T64, ZSTD),
    INDEX offsets kafka_offset TYPE minmax GRANULARITY 8
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(window_start)
ORDER BY (
    window_start, window_seconds, account_sid, product, channel, service_sid, country,
    carrier, sender_type, error_class, source_topic, source_partition
)
SETTINGS non_replicated_deduplication_window = 1000;

-- Windows of any length that minutes fill, with or without the carrier and the kind of sender.
-- The filters of whoever reads a view of it reach the table's key.
CREATE OR REPLACE VIEW {database}.windows_of
AS WITH
    sent - unknown AS known,
    delivered AS successes,
    {shared:rate_interval},
    {shared:sketch_quantile}
SELECT
    window_start, window_seconds, account_sid, product, channel, service_sid, country, carrier,
    sender_type, error_class, sent, delivered, undelivered, failed, canceled, unknown, read,
    rate AS delivery_rate,
    wilson_low AS rate_low,
    wilson_high AS rate_high,
    quantile_ms(0.50) AS p50_latency_ms,
    quantile_ms(0.95) AS p95_latency_ms
FROM
(
    SELECT
        toStartOfInterval(cells.window_start, toIntervalSecond({seconds:UInt32})) AS window_start,
        {seconds:UInt32} AS window_seconds,
        account_sid, product, channel, service_sid, country,
        if({by_carrier:Bool}, cells.carrier, '') AS carrier,
        if({by_carrier:Bool}, cells.sender_type, '') AS sender_type,
        error_class,
        sum(cells.sent) AS sent,
        sum(cells.delivered) AS delivered,
        sum(cells.undelivered) AS undelivered,
        sum(cells.failed) AS failed,
        sum(cells.canceled) AS canceled,
        sum(cells.unknown) AS unknown,
        sum(cells.read) AS read,
        sumMap(latency_buckets, latency_counts) AS sketch
    FROM {database}.windows_store AS cells FINAL
    WHERE cells.window_seconds = 60
    GROUP BY ALL
)
WHERE sent > 0;

CREATE OR REPLACE VIEW {database}.delivery_windows
(
    {shared:window_columns}
    {shared:window_counts}
)
AS SELECT *
FROM
(
    SELECT * FROM {database}.windows_of(seconds = 60, by_carrier = 0)
    UNION ALL
    SELECT * FROM {database}.windows_of(seconds = 300, by_carrier = 0)
    UNION ALL
    SELECT * FROM {database}.windows_of(seconds = 3600, by_carrier = 0)
    UNION ALL
    SELECT * FROM {database}.windows_of(seconds = 86400, by_carrier = 0)
)
COMMENT 'Delivery by send time: one row per window cell, summed over source partitions, carriers and senders';

CREATE OR REPLACE VIEW {database}.delivery_windows_by_carrier
(
    {shared:window_columns}
    carrier LowCardinality(String) COMMENT 'MCC and MNC of the recipient''s network; empty where not told',
    sender_type LowCardinality(String) COMMENT 'long_code, short_code, toll_free and so on',
    {shared:window_counts}
)
AS SELECT *
FROM
(
    SELECT * FROM {database}.windows_of(seconds = 60, by_carrier = 1)
    UNION ALL
    SELECT * FROM {database}.windows_of(seconds = 300, by_carrier = 1)
    UNION ALL
    SELECT * FROM {database}.windows_of(seconds = 3600, by_carrier = 1)
    UNION ALL
    SELECT * FROM {database}.windows_of(seconds = 86400, by_carrier = 1)
)
COMMENT 'The cells of delivery_windows, further divided by carrier and kind of sender';
