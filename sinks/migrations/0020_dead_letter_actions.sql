-- What people did about dead letters, kept as long as the audit (TWILIO_PIPELINE_RETENTION_AUDIT_DAYS). A replay is written down before
-- the record is sent and again when Kafka has acknowledged it.
CREATE TABLE IF NOT EXISTS {database}.dead_letter_actions_store
(
    acted_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    actor String CODEC(ZSTD),
    run_id String CODEC(ZSTD),
    action LowCardinality(String),
    origin String CODEC(ZSTD),
    reason LowCardinality(String),
    to_topic LowCardinality(String),
    to_partition Int32,
    to_offset Int64 CODEC(ZSTD)
)
ENGINE = MergeTree
ORDER BY (origin, acted_at);

CREATE OR REPLACE VIEW {database}.dead_letter_actions
(
    acted_at DateTime64(3, 'UTC') COMMENT 'When',
    actor String COMMENT 'Who, as the command line was told or the system knows',
    run_id String COMMENT 'What was done by one call of the command shares it',
    action LowCardinality(String) COMMENT 'replaying (about to), replayed (Kafka has it) or discarded',
    origin String COMMENT 'The letter: topic/partition/offset/index of what could not be used',
    reason LowCardinality(String) COMMENT 'The letter''s reason',
    to_topic LowCardinality(String) COMMENT 'Where it was sent; empty for discarded',
    to_partition Int32 COMMENT 'Partition it was sent to',
    to_offset Int64 COMMENT 'Offset it got; -1 until Kafka has acknowledged it'
)
AS SELECT acted_at, actor, run_id, action, origin, reason, to_topic, to_partition, to_offset
FROM {database}.dead_letter_actions_store
COMMENT 'One row per step of what was done about a dead letter';
