-- Asked for some time or account, the view looks up the subjects of those entries alone: they are
-- the side from which the join is filtered, and an entry's subject is of the entry's account, by
-- which messages are sorted.
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
    SELECT message_sid AS sid, 'messaging' AS product, toString(outcome) AS outcome, toString(channel) AS channel, toString(country) AS country, to_hash, account_sid
    FROM {database}.messages_of(product = 'messaging')
    UNION ALL
    SELECT message_sid, 'verify', toString(outcome), toString(channel), toString(country), to_hash, account_sid
    FROM {database}.messages_of(product = 'verify')
    UNION ALL
    SELECT verification_sid, 'verify', toString(status), arrayStringConcat(channels, ','), toString(country), to_hash, account_sid
    FROM {database}.verifications
    UNION ALL
    SELECT call_sid, 'voice', toString(outcome), 'voice', toString(country), to_hash, account_sid
    FROM {database}.calls
) AS subjects
RIGHT ANY JOIN
(
    SELECT *, multiIf(is_subject(resource_sid), resource_sid, is_subject(correlation_sid), correlation_sid, '') AS subject_sid
    FROM {database}.errors_store FINAL
) AS told ON subjects.sid = told.subject_sid AND subjects.account_sid = told.account_sid
COMMENT 'One row per entry of Twilio''s error log, with the message, call or verification it names';
