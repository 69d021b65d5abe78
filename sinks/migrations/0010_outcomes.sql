-- What the processor told of messages, attempts and calls that came to grief, and how the
-- verifications of such attempts ended. An outcome told twice has the same id and is one row.
CREATE TABLE IF NOT EXISTS {database}.outcomes_store
(
    id String CODEC(ZSTD),
    kind LowCardinality(String),
    product LowCardinality(String),
    subject_sid String CODEC(ZSTD),
    account_sid LowCardinality(String),
    service_sid LowCardinality(String),
    verification_sid String CODEC(ZSTD),
    verification_status LowCardinality(String),
    verification_started_at Nullable(DateTime64(3, 'UTC')) CODEC(ZSTD),
    channel LowCardinality(String),
    country LowCardinality(String),
    error_code UInt32,
    error_class LowCardinality(String),
    to_hash String CODEC(ZSTD),
    to_masked String CODEC(ZSTD),
    sent_at Nullable(DateTime64(3, 'UTC')) CODEC(ZSTD),
    decided_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    has_fallback Bool,
    tags Map(LowCardinality(String), String),
    source_topic LowCardinality(String),
    source_partition Int32,
    source_offset Int64 CODEC(ZSTD),
    kafka_topic LowCardinality(String),
    kafka_partition Int32,
    kafka_offset Int64 CODEC(Delta, ZSTD),
    kafka_index Int32,
    INDEX subjects subject_sid TYPE bloom_filter GRANULARITY 1,
    INDEX offsets kafka_offset TYPE minmax GRANULARITY 8
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(decided_at)
ORDER BY (decided_at, id)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE OR REPLACE VIEW {database}.outcomes
(
    decided_at DateTime64(3, 'UTC') COMMENT 'When it came about: the event''s time, or the deadline that passed',
    kind LowCardinality(String) COMMENT 'failed, undelivered, silent (no receipt in time), recovered (delivered after all) or ended (the verification of a told one)',
    product LowCardinality(String) COMMENT 'messaging, verify or voice',
    subject_sid String COMMENT 'Message, verification attempt or call; of ended the verification',
    account_sid LowCardinality(String) COMMENT 'Twilio account or subaccount',
    service_sid LowCardinality(String) COMMENT 'Messaging or Verify service',
    verification_sid String COMMENT 'The verification an attempt belongs to, else empty',
    verification_status LowCardinality(String) COMMENT 'What the verification had come to by then; empty where not known',
    verification_started_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the verification was created, where known',
    channel LowCardinality(String) COMMENT 'sms, whatsapp, rcs, voice and so on; of ended the first attempt''s',
    country LowCardinality(String) COMMENT 'Recipient''s country, ISO 3166 alpha-2',
    error_code UInt32 COMMENT 'Twilio error code; 0 is none',
    error_class LowCardinality(String) COMMENT 'What the code means for the next step',
    to_hash String COMMENT 'Keyed hash of the recipient; the same person has the same hash',
    to_masked String COMMENT 'Recipient with the middle hidden',
    sent_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was sent, where known',
    received_at DateTime64(3, 'UTC') COMMENT 'When the event that decided it came in; for what the clock decided, the time up to which none had come',
    has_fallback Bool COMMENT 'Twilio itself goes on with another channel',
    tags Map(LowCardinality(String), String) COMMENT 'Tags set when it was sent',
    id String COMMENT 'What repetitions of one outcome share',
    source_topic LowCardinality(String) COMMENT 'Raw topic it was decided from',
    source_partition Int32 COMMENT 'Partition of that topic',
    source_offset Int64 COMMENT 'Offset of the last record known when it was told'
)
AS SELECT
    decided_at, kind, product, subject_sid, account_sid, service_sid, verification_sid,
    verification_status, verification_started_at, channel, country, error_code, error_class,
    to_hash, to_masked, sent_at, received_at, has_fallback, tags, id, source_topic, source_partition, source_offset
FROM {database}.outcomes_store FINAL
COMMENT 'One row per message, attempt or call and kind of outcome that may need an answer';
