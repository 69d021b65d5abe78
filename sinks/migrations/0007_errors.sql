-- What Twilio's error log told, without its texts: they may quote what was sent.
CREATE TABLE IF NOT EXISTS {database}.errors_store
(
    dedup_id String CODEC(ZSTD),
    event_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    account_sid LowCardinality(String),
    error_code UInt32,
    level LowCardinality(String),
    product LowCardinality(String),
    resource_sid String CODEC(ZSTD),
    correlation_sid String CODEC(ZSTD),
    service_sid String CODEC(ZSTD),
    request_sid String CODEC(ZSTD),
    INDEX event_times event_time TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
ORDER BY dedup_id
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.errors_feed TO {database}.errors_store
AS WITH
    if(
        JSONType(data, 'payload') = 'String',
        JSONExtractString(data, 'payload'),
        JSONExtractRaw(data, 'payload')
    ) AS inner_payload,
    JSONExtractString(inner_payload, 'resource_sid') AS inner_resource
SELECT
    dedup_id,
    event_time,
    account_sid,
    error_code,
    lower(JSONExtractString(data, 'level')) AS level,
    JSONExtractString(data, 'product_name') AS product,
    if(inner_resource != '', inner_resource, JSONExtractString(data, 'resource_sid')) AS resource_sid,
    JSONExtractString(data, 'correlation_sid') AS correlation_sid,
    JSONExtractString(data, 'service_sid') AS service_sid,
    JSONExtractString(data, 'request_sid') AS request_sid
FROM {database}.events_inlet
WHERE startsWith(event_type, 'com.twilio.error-logs.error.');

CREATE OR REPLACE VIEW {database}.errors
(
    event_time DateTime64(3, 'UTC') COMMENT 'When it happened at Twilio',
    error_code UInt32 COMMENT 'Twilio error code; 0 is none',
    level LowCardinality(String) COMMENT 'Twilio''s log level: error, warning, info and so on',
    product LowCardinality(String) COMMENT 'Product as Twilio names it',
    resource_sid String COMMENT 'The resource the entry is about, where it says',
    correlation_sid String COMMENT 'What Twilio says it belongs to',
    description String COMMENT 'Meaning of the code, from the shipped list; empty where the list lacks it',
    error_class LowCardinality(String) COMMENT 'What the code means for the next step; other where not known',
    account_sid LowCardinality(String) COMMENT 'Twilio account or subaccount',
    subject_sid String COMMENT 'The message, attempt, verification or call it names, if any',
    subject_product LowCardinality(String) COMMENT 'messaging, verify or voice where the subject is stored here, else empty',
    subject_outcome LowCardinality(String) COMMENT 'What became of the subject, where it is stored here',
    channel LowCardinality(String) COMMENT 'Channel of the subject, where known',
    country LowCardinality(String) COMMENT 'Recipient''s country, where known, ISO 3166 alpha-2',
    to_hash String COMMENT 'Keyed hash of the subject''s recipient, where known',
    service_sid String COMMENT 'Service the entry names, if any',
    request_sid String COMMENT 'Request the entry names, if any',
    event_id String COMMENT 'Twilio''s id of the event'
)
AS WITH
    (sid -> match(sid, '^(SM|MM|CA|VE|VL)')) AS is_subject
SELECT
    told.event_time AS event_time,
    told.error_code AS error_code,
    told.level AS level,
    told.product AS product,
    told.resource_sid AS resource_sid,
    told.correlation_sid AS correlation_sid,
    dictGetOrDefault('{database}.error_code', 'name', toUInt64(told.error_code), '') AS description,
    if(told.error_code = 0, '', dictGetOrDefault('{database}.error_code', 'error_class', toUInt64(told.error_code), 'other')) AS error_class,
    told.account_sid AS account_sid,
    told.subject_sid AS subject_sid,
    subjects.product AS subject_product,
    subjects.outcome AS subject_outcome,
    subjects.channel AS channel,
    subjects.country AS country,
    subjects.to_hash AS to_hash,
    told.service_sid AS service_sid,
    told.request_sid AS request_sid,
    told.dedup_id AS event_id
FROM
(
    SELECT *, multiIf(is_subject(resource_sid), resource_sid, is_subject(correlation_sid), correlation_sid, '') AS subject_sid
    FROM {database}.errors_store FINAL
) AS told
LEFT ANY JOIN
(
    SELECT message_sid AS sid, 'messaging' AS product, toString(outcome) AS outcome, toString(channel) AS channel, toString(country) AS country, to_hash
    FROM {database}.messages
    WHERE message_sid IN (SELECT arrayJoin([resource_sid, correlation_sid]) FROM {database}.errors_store)
    UNION ALL
    SELECT attempt_sid, 'verify', toString(outcome), toString(channel), toString(country), to_hash
    FROM {database}.verify_attempts
    WHERE attempt_sid IN (SELECT arrayJoin([resource_sid, correlation_sid]) FROM {database}.errors_store)
    UNION ALL
    SELECT verification_sid, 'verify', toString(status), arrayStringConcat(channels, ','), toString(country), to_hash
    FROM {database}.verifications
    WHERE verification_sid IN (SELECT arrayJoin([resource_sid, correlation_sid]) FROM {database}.errors_store)
    UNION ALL
    SELECT call_sid, 'voice', toString(outcome), 'voice', toString(country), to_hash
    FROM {database}.calls
    WHERE call_sid IN (SELECT arrayJoin([resource_sid, correlation_sid]) FROM {database}.errors_store)
) AS subjects ON subjects.sid = told.subject_sid
COMMENT 'One row per entry of Twilio''s error log, with the message, call or verification it names';

CREATE OR REPLACE VIEW {database}.events_by_type
(
    day Date COMMENT 'Day of the events, UTC',
    event_type LowCardinality(String) COMMENT 'Twilio''s event type',
    product LowCardinality(String) COMMENT 'messaging, verify, voice, errors or other',
    known Bool COMMENT 'Whether the shipped catalogue of types has it; a new type of Twilio''s is stored all the same',
    stage LowCardinality(String) COMMENT 'Twilio''s word for the life stage of the type; empty where not known',
    events UInt64 COMMENT 'Distinct events',
    accounts UInt64 COMMENT 'Distinct accounts',
    schema_versions Array(UInt16) COMMENT 'Versions of the schema seen',
    first_at DateTime64(3, 'UTC') COMMENT 'First event of the day',
    last_at DateTime64(3, 'UTC') COMMENT 'Last event of the day',
    last_received_at DateTime64(3, 'UTC') COMMENT 'When the webhook received the last of them'
)
AS SELECT
    toDate(event_time) AS day,
    event_type,
    any(events.product) AS product,
    dictHas('{database}.event_type', toString(event_type)) AS known,
    dictGetOrDefault('{database}.event_type', 'stage', toString(event_type), '') AS stage,
    count() AS events,
    uniqExact(account_sid) AS accounts,
    arraySort(groupUniqArray(schema_version)) AS schema_versions,
    min(event_time) AS first_at,
    max(event_time) AS last_at,
    max(received_at) AS last_received_at
FROM {database}.events
GROUP BY day, event_type
COMMENT 'Events of each type by day, with whether the type is known';
