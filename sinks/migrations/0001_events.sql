-- Every stored event. An event keeps its place in the order however often it is delivered, so
-- that redeliveries collapse. One whose own time can't be read has the time it was received, each
-- time another; those few stand in a partition of their own, and the view takes one of each.
CREATE TABLE IF NOT EXISTS {database}.events_store
(
    account_sid LowCardinality(String),
    product LowCardinality(String),
    event_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    timed Bool,
    dedup_id String CODEC(ZSTD),
    -- Nearly always the same, and then stored once: it is a seventh of an event.
    event_id String EPHEMERAL,
    other_event_id String DEFAULT if(event_id = dedup_id, '', event_id) CODEC(ZSTD),
    event_type LowCardinality(String) CODEC(ZSTD),
    received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    subject_sid String CODEC(ZSTD),
    status LowCardinality(String) CODEC(ZSTD),
    error_code UInt32,
    channel LowCardinality(String) CODEC(ZSTD),
    country LowCardinality(String) CODEC(ZSTD),
    carrier LowCardinality(String) CODEC(ZSTD),
    sender_type LowCardinality(String) CODEC(ZSTD),
    to_hash String CODEC(ZSTD),
    to_masked String CODEC(ZSTD),
    from_hash String CODEC(ZSTD),
    from_address LowCardinality(String) CODEC(ZSTD),
    messaging_service_sid LowCardinality(String) CODEC(ZSTD),
    verify_service_sid LowCardinality(String),
    tags Map(LowCardinality(String), String) CODEC(ZSTD),
    schema_version UInt16 CODEC(ZSTD),
    payload String CODEC(ZSTD) TTL toDateTime(received_at) + INTERVAL 30 DAY,
    kafka_topic LowCardinality(String),
    kafka_partition Int32,
    kafka_offset Int64 CODEC(Delta, ZSTD),
    kafka_index Int32 CODEC(T64, ZSTD),
    INDEX subjects subject_sid TYPE bloom_filter GRANULARITY 1,
    INDEX offsets kafka_offset TYPE minmax GRANULARITY 8
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(if(timed, event_time, toDateTime64(0, 3, 'UTC')))
PRIMARY KEY (account_sid, product, event_time)
ORDER BY (account_sid, product, event_time, dedup_id)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE OR REPLACE VIEW {database}.events
(
    event_id String COMMENT 'Twilio''s id of the event, as received',
    event_type LowCardinality(String) COMMENT 'Twilio''s event type',
    event_time DateTime64(3, 'UTC') COMMENT 'When it happened at Twilio; received_at where the event does not say',
    received_at DateTime64(3, 'UTC') COMMENT 'When the webhook received it',
    product LowCardinality(String) COMMENT 'messaging, verify, voice, errors or other',
    account_sid LowCardinality(String) COMMENT 'Twilio account or subaccount',
    subject_sid String COMMENT 'The message, verification or call it is about; the event''s id where it names none',
    status LowCardinality(String) COMMENT 'Status it reports, in lower case; of an inbound message opt_out, opt_in or help where its text is one of Twilio''s keywords, else received',
    error_code UInt32 COMMENT 'Twilio error code; 0 is none',
    channel LowCardinality(String) COMMENT 'sms, whatsapp, rcs, voice and so on',
    country LowCardinality(String) COMMENT 'Recipient''s country by numbering plan, ISO 3166 alpha-2',
    to_hash String COMMENT 'Keyed hash of the recipient; the same person has the same hash',
    to_masked String COMMENT 'Recipient with the middle hidden',
    from_address String COMMENT 'Sender as Twilio names it; masked where the sender may be a person',
    messaging_service_sid LowCardinality(String) COMMENT 'Messaging service, if any',
    verify_service_sid LowCardinality(String) COMMENT 'Verify service, if any',
    tags Map(LowCardinality(String), String) COMMENT 'Tags set when it was sent',
    schema_version UInt16 COMMENT 'Version of the event''s schema; 0 where unreadable',
    payload String COMMENT 'Event as received, without message bodies and with numbers masked; empty after 30 days',
    kafka_topic LowCardinality(String) COMMENT 'Raw topic it was read from',
    kafka_partition Int32 COMMENT 'Partition of that topic',
    kafka_offset Int64 COMMENT 'Offset of its record',
    kafka_index Int32 COMMENT 'Its place in the record, from 0',
    from_hash String COMMENT 'Keyed hash of the sender where the sender may be a person',
    dedup_id String COMMENT 'What redeliveries of one event share',
    carrier LowCardinality(String) COMMENT 'MCC and MNC of the recipient''s network; empty where not told',
    sender_type LowCardinality(String) COMMENT 'long_code, toll_free, short_code, alphanumeric or a channel',
    backfilled Bool COMMENT 'Made by reconcile from Twilio''s list of messages, because Twilio''s event never came'
)
AS SELECT
    if(other_event_id = '', dedup_id, other_event_id) AS event_id, event_type, event_time,
    received_at, product, account_sid, subject_sid, status, error_code, channel, country, to_hash,
    to_masked, from_address, messaging_service_sid, verify_service_sid, tags, schema_version,
    payload, kafka_topic, kafka_partition, kafka_offset, kafka_index, from_hash, dedup_id,
    carrier, sender_type, startsWith(dedup_id, 'backfill:') AS backfilled
FROM
(
    SELECT *
    FROM {database}.events_store FINAL
    WHERE timed
    UNION ALL
    SELECT *
    FROM {database}.events_store
    WHERE NOT timed
    ORDER BY received_at, kafka_offset, kafka_index
    LIMIT 1 BY dedup_id
)
COMMENT 'One row per distinct Twilio event of any product';
