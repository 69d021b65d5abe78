-- Times to delivery as they were counted, so that percentiles can be taken over any set of windows.
-- The processor's buckets grow by 1.01 / 0.99, for 1 % of error.
CREATE OR REPLACE VIEW {database}.delivery_latencies
(
    window_start DateTime('UTC') COMMENT 'Start of the minute in which the messages were sent',
    account_sid LowCardinality(String) COMMENT 'Twilio account or subaccount',
    product LowCardinality(String) COMMENT 'messaging, verify (a message is an attempt) or voice (a message is a call)',
    channel LowCardinality(String) COMMENT 'sms, whatsapp, rcs, voice and so on',
    service_sid LowCardinality(String) COMMENT 'Messaging or Verify service',
    country LowCardinality(String) COMMENT 'Recipient''s country, ISO 3166 alpha-2',
    carrier LowCardinality(String) COMMENT 'MCC and MNC of the recipient''s network; empty where not told',
    sender_type LowCardinality(String) COMMENT 'long_code, short_code, toll_free and so on',
    latency_ms Float64 COMMENT 'Time from sent to delivered, within 1 %',
    messages UInt64 COMMENT 'Messages delivered after this time; weigh with it'
)
AS SELECT
    window_start, account_sid, product, channel, service_sid, country, carrier, sender_type,
    2 * pow(1.01 / 0.99, bucket) / (1.01 / 0.99 + 1) AS latency_ms,
    counted AS messages
FROM {database}.windows_store FINAL
ARRAY JOIN latency_buckets AS bucket, latency_counts AS counted
WHERE window_seconds = 60
COMMENT 'Times from sent to delivered by minute of sending: rows of the same minute add up';
