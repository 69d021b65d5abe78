-- What was told on the alerts' topic: transitions of incidents, notices, acknowledgements and
-- silences. What was told twice is one row; a silence told again replaces itself.
CREATE TABLE IF NOT EXISTS {database}.alerts_store
(
    type LowCardinality(String),
    id String CODEC(ZSTD),
    transition UInt32,
    at DateTime('UTC') CODEC(Delta, ZSTD),
    alert_id String CODEC(ZSTD),
    state LowCardinality(String),
    kind LowCardinality(String),
    severity LowCardinality(String),
    slice Map(LowCardinality(String), String),
    title String CODEC(ZSTD),
    reason String CODEC(ZSTD),
    started_at Nullable(DateTime('UTC')) CODEC(ZSTD),
    fired_at Nullable(DateTime('UTC')) CODEC(ZSTD),
    resolved_at Nullable(DateTime('UTC')) CODEC(ZSTD),
    usual_rate Float64,
    rate Float64,
    rate_low Float64,
    rate_high Float64,
    messages UInt64,
    affected UInt64,
    codes Array(UInt32),
    code_messages Array(UInt64),
    likely LowCardinality(String),
    suggestion String CODEC(ZSTD),
    sql String CODEC(ZSTD),
    children Array(String),
    siblings Array(String),
    sibling_usual_rates Array(Float64),
    sibling_rates Array(Float64),
    evidence Float64,
    threshold Float64,
    rule LowCardinality(String),
    account_sid LowCardinality(String),
    service_sid LowCardinality(String),
    error_code UInt32,
    failures UInt64,
    told_by String CODEC(ZSTD),
    comment String CODEC(ZSTD),
    since Nullable(DateTime('UTC')) CODEC(ZSTD),
    until Nullable(DateTime('UTC')) CODEC(ZSTD),
    kafka_topic LowCardinality(String),
    kafka_partition Int32,
    kafka_offset Int64 CODEC(Delta, ZSTD),
    kafka_index Int32,
    INDEX offsets kafka_offset TYPE minmax GRANULARITY 8
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (type, id, transition)
SETTINGS non_replicated_deduplication_window = 1000;

-- Every state of every message about an alert, of which the latest counts.
CREATE TABLE IF NOT EXISTS {database}.alert_deliveries_store
(
    id String CODEC(ZSTD),
    alert_id String CODEC(ZSTD),
    channel LowCardinality(String),
    transition String CODEC(ZSTD),
    state LowCardinality(String),
    attempts UInt32,
    at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    next_at Nullable(DateTime64(3, 'UTC')) CODEC(ZSTD),
    reason String CODEC(ZSTD),
    dedup_key String CODEC(ZSTD),
    kafka_topic LowCardinality(String),
    kafka_partition Int32,
    kafka_offset Int64 CODEC(Delta, ZSTD),
    kafka_index Int32,
    INDEX offsets kafka_offset TYPE minmax GRANULARITY 8
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (alert_id, id, at, state)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE OR REPLACE VIEW {database}.alert_transitions
(
    alert_id String COMMENT 'The incident; the same over all its transitions',
    transition UInt32 COMMENT 'Numbers the transitions of an incident',
    at DateTime('UTC') COMMENT 'End of the minute it was told for',
    state LowCardinality(String) COMMENT 'firing, updated or resolved',
    kind LowCardinality(String) COMMENT 'failures, silence (no receipts), stopped (no traffic) or rule (a limit of your own)',
    severity LowCardinality(String) COMMENT 'page or ticket',
    title String COMMENT 'What, where and how bad, in one line',
    reason String COMMENT 'Why this transition; empty for a first firing',
    slice Map(LowCardinality(String), String) COMMENT 'Dimensions and values of the traffic concerned',
    started_at Nullable(DateTime('UTC')) COMMENT 'When the change began, by the test''s estimate',
    fired_at Nullable(DateTime('UTC')) COMMENT 'When it was first told',
    resolved_at Nullable(DateTime('UTC')) COMMENT 'When it ended; NULL while it lasts',
    usual_rate Float64 COMMENT 'Failure rate expected; for silence and stopped, 1',
    rate Float64 COMMENT 'Failure rate seen; for silence and stopped, what came of what was due',
    rate_low Float64 COMMENT 'Lower end of the rate''s 95 % Wilson interval',
    rate_high Float64 COMMENT 'Upper end of the rate''s 95 % Wilson interval',
    messages UInt64 COMMENT 'What the rates rest on',
    affected UInt64 COMMENT 'Failures beyond the usual, or what is missing',
    codes Array(UInt32) COMMENT 'Most frequent error codes since the start',
    code_messages Array(UInt64) COMMENT 'Messages with each of these codes',
    likely LowCardinality(String) COMMENT 'carrier, configuration, filtering, provider, fraud, recipients or own',
    suggestion String COMMENT 'What to do about it',
    sql String COMMENT 'Query that shows the evidence minute by minute',
    children Array(String) COMMENT 'Slices inside that stand out, too',
    siblings Array(String) COMMENT 'Slices beside it, for comparison',
    sibling_usual_rates Array(Float64) COMMENT 'Their usual failure rates',
    sibling_rates Array(Float64) COMMENT 'Their failure rates in the hour under way',
    evidence Float64 COMMENT 'Nats of evidence when it fired',
    threshold Float64 COMMENT 'Nats it took, from the budget of false pages'
)
AS SELECT
    alert_id, transition, at, state, kind, severity, title, reason, slice, started_at, fired_at,
    resolved_at, usual_rate, rate, rate_low, rate_high, messages, affected, codes, code_messages,
    likely, suggestion, sql, children, siblings, sibling_usual_rates, sibling_rates, evidence,
    threshold
FROM {database}.alerts_store FINAL
WHERE type = 'alert'
COMMENT 'One row per transition of an incident, as it was told';

CREATE OR REPLACE VIEW {database}.alert_silences
(
    silence_id String COMMENT 'The silence; told again it replaces itself',
    since DateTime('UTC') COMMENT 'From when on nothing is sent about what matches',
    until DateTime('UTC') COMMENT 'Until when',
    where Map(LowCardinality(String), String) COMMENT 'Dimensions an alert''s slice must have; empty is everything',
    told_by String COMMENT 'Who asked for it',
    told_at DateTime('UTC') COMMENT 'When it was asked for',
    comment String COMMENT 'Why'
)
AS SELECT
    id AS silence_id, assumeNotNull(alerts_store.since) AS since,
    assumeNotNull(alerts_store.until) AS until, slice AS where, told_by, at AS told_at, comment
FROM {database}.alerts_store FINAL
WHERE type = 'silence'
COMMENT 'One row per silence, as it was last told';

CREATE OR REPLACE VIEW {database}.alerts
(
    alert_id String COMMENT 'The incident',
    state LowCardinality(String) COMMENT 'Its latest state: firing, updated (still on) or resolved',
    kind LowCardinality(String) COMMENT 'failures, silence (no receipts), stopped (no traffic) or rule (a limit of your own)',
    severity LowCardinality(String) COMMENT 'page or ticket',
    title String COMMENT 'What, where and how bad, in one line',
    started_at Nullable(DateTime('UTC')) COMMENT 'When the change began, by the test''s estimate',
    fired_at Nullable(DateTime('UTC')) COMMENT 'When it was first told',
    updated_at DateTime('UTC') COMMENT 'When it was last told',
    resolved_at Nullable(DateTime('UTC')) COMMENT 'When it ended; NULL while it lasts',
    reason String COMMENT 'Why the latest transition',
    product LowCardinality(String) COMMENT 'messaging, verify, voice or verify_conversion; empty where the slice leaves it open',
    account_sid LowCardinality(String) COMMENT 'Account; empty where the slice leaves it open',
    channel LowCardinality(String) COMMENT 'Channel; empty where the slice leaves it open',
    service_sid LowCardinality(String) COMMENT 'Service; empty where the slice leaves it open',
    country LowCardinality(String) COMMENT 'Country; empty where the slice leaves it open',
    carrier LowCardinality(String) COMMENT 'Carrier; empty where the slice leaves it open',
    sender_type LowCardinality(String) COMMENT 'Kind of sender; empty where the slice leaves it open',
    slice Map(LowCardinality(String), String) COMMENT 'The same as a map of what is fixed',
    usual_rate Float64 COMMENT 'Failure rate expected; for silence and stopped, 1',
    rate Float64 COMMENT 'Failure rate seen; for silence and stopped, what came of what was due',
    rate_low Float64 COMMENT 'Lower end of the rate''s 95 % Wilson interval',
    rate_high Float64 COMMENT 'Upper end of the rate''s 95 % Wilson interval',
    messages UInt64 COMMENT 'What the rates rest on',
    affected UInt64 COMMENT 'Failures beyond the usual, or what is missing',
    codes Array(UInt32) COMMENT 'Most frequent error codes since the start',
    code_messages Array(UInt64) COMMENT 'Messages with each of these codes',
    likely LowCardinality(String) COMMENT 'carrier, configuration, filtering, provider, fraud, recipients or own',
    suggestion String COMMENT 'What to do about it',
    sql String COMMENT 'Query that shows the evidence minute by minute',
    evidence Float64 COMMENT 'Nats of evidence when it fired',
    threshold Float64 COMMENT 'Nats it took, from the budget of false pages',
    transitions UInt64 COMMENT 'How often it was told',
    acknowledged_at Nullable(DateTime('UTC')) COMMENT 'When somebody took it on, the latest',
    acknowledged_by String COMMENT 'Who',
    silenced Bool COMMENT 'Whether a silence covered it when it was last told'
)
AS WITH
    (
        SELECT groupArray((since, until, where)) FROM {database}.alert_silences
    ) AS silences
SELECT
    told.alert_id AS alert_id, told.latest.1 AS state, told.latest.2 AS kind,
    told.latest.3 AS severity, told.latest.4 AS title, told.latest.5 AS started_at,
    told.latest.6 AS fired_at, told.updated_at AS updated_at, told.latest.7 AS resolved_at,
    told.latest.8 AS reason,
    told.latest.9['product'] AS product, told.latest.9['account_sid'] AS account_sid,
    told.latest.9['channel'] AS channel, told.latest.9['service_sid'] AS service_sid,
    told.latest.9['country'] AS country, told.latest.9['carrier'] AS carrier,
    told.latest.9['sender_type'] AS sender_type, told.latest.9 AS slice,
    told.latest.10 AS usual_rate, told.latest.11 AS rate, told.latest.12 AS rate_low,
    told.latest.13 AS rate_high, told.latest.14 AS messages, told.latest.15 AS affected,
    told.latest.16 AS codes, told.latest.17 AS code_messages, told.latest.18 AS likely,
    told.latest.19 AS suggestion, told.latest.20 AS sql, told.latest.21 AS evidence,
    told.latest.22 AS threshold, told.transitions AS transitions,
    if(acks.alert_id = '', NULL, acks.latest.1) AS acknowledged_at,
    acks.latest.2 AS acknowledged_by,
    arrayExists(
        each -> each.1 <= updated_at AND updated_at < each.2 AND arrayAll(
            (name, value) -> mapContains(slice, name) AND slice[name] = value,
            mapKeys(each.3), mapValues(each.3)
        ),
        silences
    ) AS silenced
FROM
(
    SELECT
        alert_id,
        argMax(
            (
                state, kind, severity, title, started_at, fired_at, resolved_at, reason, slice,
                usual_rate, rate, rate_low, rate_high, messages, affected, codes, code_messages,
                likely, suggestion, sql, evidence, threshold
            ),
            transition
        ) AS latest,
        max(at) AS updated_at,
        count() AS transitions
    FROM {database}.alert_transitions
    GROUP BY alert_id
) AS told
LEFT JOIN
(
    SELECT alert_id, argMax((at, told_by), (at, id)) AS latest
    FROM {database}.alerts_store FINAL
    WHERE type = 'acknowledgement'
    GROUP BY alert_id
) AS acks ON acks.alert_id = told.alert_id
COMMENT 'One row per incident, as it was last told';

CREATE OR REPLACE VIEW {database}.notices
(
    notice_id String COMMENT 'The notice',
    at DateTime('UTC') COMMENT 'When the first of these failures was heard of',
    rule LowCardinality(String) COMMENT 'The rule that wants it told at once',
    severity LowCardinality(String) COMMENT 'page or ticket',
    account_sid LowCardinality(String) COMMENT 'Twilio account or subaccount',
    service_sid LowCardinality(String) COMMENT 'Messaging or Verify service, if any',
    error_code UInt32 COMMENT 'Twilio error code; 0 is none or several',
    title String COMMENT 'Twilio''s name for the code',
    failures UInt64 COMMENT 'Failures since the last notice of this rule, account, service and code',
    sql String COMMENT 'Query that lists the messages concerned'
)
AS SELECT
    id AS notice_id, at, rule, severity, account_sid, service_sid, error_code, title, failures, sql
FROM {database}.alerts_store FINAL
WHERE type = 'notice'
COMMENT 'One row per immediate notice of single failures';

CREATE OR REPLACE VIEW {database}.alert_deliveries
(
    delivery_id String COMMENT 'Incident, transition and channel',
    alert_id String COMMENT 'The incident or notice it tells of',
    channel LowCardinality(String) COMMENT 'Name of the channel in the configuration',
    transition String COMMENT 'firing, updated, resolved or notice',
    state LowCardinality(String) COMMENT 'pending, sent, failed or suppressed',
    attempts UInt32 COMMENT 'Tries so far',
    at DateTime64(3, 'UTC') COMMENT 'When it came to this state',
    next_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it is tried next; NULL when it is not',
    reason String COMMENT 'Why it was not sent',
    dedup_key String COMMENT 'By this the receiver knows a repetition'
)
AS SELECT
    id AS delivery_id, alert_id, latest.1 AS channel, latest.2 AS transition, latest.3 AS state,
    latest.4 AS attempts, latest.5 AS at, latest.6 AS next_at, latest.7 AS reason,
    latest.8 AS dedup_key
FROM
(
    SELECT
        id, alert_id,
        argMax(
            (channel, transition, state, attempts, at, next_at, reason, dedup_key),
            (at, attempts, kafka_offset, kafka_index)
        ) AS latest
    FROM {database}.alert_deliveries_store FINAL
    GROUP BY id, alert_id
)
COMMENT 'One row per message about an alert and channel, as it is now';
