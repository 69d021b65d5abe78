-- What Twilio bills, by account, day and category: full values, of which the one read last counts.
CREATE TABLE IF NOT EXISTS {database}.usage_store
(
    day Date,
    account_sid LowCardinality(String),
    category LowCardinality(String),
    count Decimal(38, 6) CODEC(ZSTD),
    count_unit LowCardinality(String),
    usage Decimal(38, 6) CODEC(ZSTD),
    usage_unit LowCardinality(String),
    price Decimal(38, 10) CODEC(ZSTD),
    currency LowCardinality(String),
    read_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    kafka_topic LowCardinality(String),
    kafka_partition Int32,
    kafka_offset Int64 CODEC(Delta, ZSTD),
    kafka_index Int32,
    INDEX offsets kafka_offset TYPE minmax GRANULARITY 8
)
ENGINE = ReplacingMergeTree(read_at)
PARTITION BY toYYYYMM(day)
ORDER BY (day, account_sid, category)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE OR REPLACE VIEW {database}.usage
(
    day Date COMMENT 'Day in UTC',
    account_sid LowCardinality(String) COMMENT 'Twilio account or subaccount, which used it itself',
    category LowCardinality(String) COMMENT 'Twilio''s category; they overlap: totalprice holds all others, sms holds sms-outbound and so on',
    count Decimal(38, 6) COMMENT 'How many messages, calls and so on',
    usage Decimal(38, 6) COMMENT 'What is billed: segments, minutes and so on',
    price Decimal(38, 10) COMMENT 'What it cost, in the currency',
    currency LowCardinality(String) COMMENT 'ISO 4217',
    count_unit LowCardinality(String) COMMENT 'What count counts',
    usage_unit LowCardinality(String) COMMENT 'What usage is measured in',
    read_at DateTime64(3, 'UTC') COMMENT 'When it was last read from Twilio, which corrects it for some days'
)
AS SELECT
    day, account_sid, category, count, usage, price, currency, count_unit, usage_unit, read_at
FROM {database}.usage_store FINAL
WHERE count != 0 OR usage != 0 OR price != 0
COMMENT 'One row per account, day and category of what Twilio bills';

-- What single messages cost, as far as Twilio says: the price read last counts.
CREATE TABLE IF NOT EXISTS {database}.message_prices_store
(
    message_sid String CODEC(ZSTD),
    account_sid LowCardinality(String),
    service_sid LowCardinality(String),
    direction LowCardinality(String),
    channel LowCardinality(String),
    country LowCardinality(String),
    segments UInt16,
    sent_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    price Decimal(38, 10) CODEC(ZSTD),
    currency LowCardinality(String),
    read_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    kafka_topic LowCardinality(String),
    kafka_partition Int32,
    kafka_offset Int64 CODEC(Delta, ZSTD),
    kafka_index Int32,
    INDEX offsets kafka_offset TYPE minmax GRANULARITY 8
)
ENGINE = ReplacingMergeTree(read_at)
PARTITION BY toYYYYMM(sent_at)
ORDER BY (account_sid, message_sid)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE OR REPLACE VIEW {database}.message_costs
(
    account_sid LowCardinality(String) COMMENT 'Twilio account or subaccount',
    message_sid String COMMENT 'Twilio''s id of the message',
    sent_at DateTime64(3, 'UTC') COMMENT 'When it was sent, to the second',
    direction LowCardinality(String) COMMENT 'inbound, outbound-api, outbound-call or outbound-reply',
    channel LowCardinality(String) COMMENT 'sms, mms, whatsapp and so on',
    country LowCardinality(String) COMMENT 'The person''s country, ISO 3166 alpha-2',
    messaging_service_sid LowCardinality(String) COMMENT 'Messaging service, if any',
    segments UInt16 COMMENT 'Parts it was sent in',
    price Decimal(38, 10) COMMENT 'What it cost, in the currency; without what carriers add',
    currency LowCardinality(String) COMMENT 'ISO 4217',
    read_at DateTime64(3, 'UTC') COMMENT 'When it was last read from Twilio'
)
AS SELECT
    account_sid, message_sid, sent_at, direction, channel, country,
    service_sid AS messaging_service_sid, segments, price, currency, read_at
FROM {database}.message_prices_store FINAL
COMMENT 'One row per message whose price was read: join it with messages by message_sid';
