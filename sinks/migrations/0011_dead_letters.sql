-- What could not be used. A letter told twice about one origin is one row; a letter from the
-- ingress has no origin in Kafka, so its own place on the dead-letter topic stands for it.
CREATE TABLE IF NOT EXISTS {database}.dead_letters_store
(
    origin String CODEC(ZSTD),
    reason LowCardinality(String),
    detail String CODEC(ZSTD),
    source LowCardinality(String),
    origin_topic LowCardinality(String),
    origin_partition Int32,
    origin_offset Int64 CODEC(ZSTD),
    origin_index Int32,
    received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    original String CODEC(ZSTD),
    kafka_topic LowCardinality(String),
    kafka_partition Int32,
    kafka_offset Int64 CODEC(Delta, ZSTD),
    kafka_index Int32
)
ENGINE = ReplacingMergeTree
ORDER BY origin
TTL toDateTime(received_at) + INTERVAL 30 DAY
SETTINGS non_replicated_deduplication_window = 1000;

CREATE OR REPLACE VIEW {database}.dead_letters
(
    reason LowCardinality(String) COMMENT 'not_an_event, not_an_array, not_storable or fold_failed (a processor could not use it)',
    kafka_topic LowCardinality(String) COMMENT 'Topic of the unusable record; empty when the webhook refused it',
    kafka_partition Int32 COMMENT 'Partition of the unusable record',
    kafka_offset Int64 COMMENT 'Offset of the unusable record',
    kafka_index Int32 COMMENT 'Place of the unusable element in its record; -1 is the whole record',
    received_at DateTime64(3, 'UTC') COMMENT 'When the webhook received it',
    original String COMMENT 'As received, without message bodies and with numbers masked; Kafka has it whole',
    detail String COMMENT 'What was wrong with it',
    source LowCardinality(String) COMMENT 'The part that gave it up'
)
AS SELECT
    reason, origin_topic AS kafka_topic, origin_partition AS kafka_partition,
    origin_offset AS kafka_offset, origin_index AS kafka_index, received_at, original, detail, source
FROM {database}.dead_letters_store FINAL
COMMENT 'One row per record or element that could not be used';
