-- What was told of fallbacks, one row per transition of a plan. One told twice has the same id and
-- is one row; after a crash a plan may go on differently from there, so the later one counts.
CREATE TABLE IF NOT EXISTS {database}.fallback_steps_store
(
    heard_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    plan_id String CODEC(ZSTD),
    id String CODEC(ZSTD),
    at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    due_at Nullable(DateTime64(3, 'UTC')) CODEC(ZSTD),
    state LowCardinality(String),
    step Int16,
    attempt UInt16,
    action LowCardinality(String),
    channel LowCardinality(String),
    reason LowCardinality(String),
    reference String CODEC(ZSTD),
    price Float64,
    policy LowCardinality(String),
    dry_run Bool,
    product LowCardinality(String),
    account_sid LowCardinality(String),
    service_sid LowCardinality(String),
    subject_sid String CODEC(ZSTD),
    verification_sid String CODEC(ZSTD),
    cause LowCardinality(String),
    error_code UInt32,
    error_class LowCardinality(String),
    first_channel LowCardinality(String),
    country LowCardinality(String),
    kafka_topic LowCardinality(String),
    kafka_partition Int32,
    kafka_offset Int64 CODEC(Delta, ZSTD),
    kafka_index Int32,
    INDEX plans plan_id TYPE bloom_filter GRANULARITY 1,
    INDEX subjects subject_sid TYPE bloom_filter GRANULARITY 1,
    INDEX offsets kafka_offset TYPE minmax GRANULARITY 8
)
ENGINE = ReplacingMergeTree(kafka_offset)
PARTITION BY toYYYYMM(heard_at)
ORDER BY (heard_at, plan_id, id)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE OR REPLACE VIEW {database}.fallback_steps
(
    heard_at DateTime64(3, 'UTC') COMMENT 'When the ingress had the news of the failure, or that none came in time',
    plan_id String COMMENT 'Product and verification or message',
    at DateTime64(3, 'UTC') COMMENT 'When it came to this state',
    step Int16 COMMENT 'Position in the policy, from 0; -1 is the plan as a whole',
    attempt UInt16 COMMENT 'Try of the step, from 1; 0 before the first',
    state LowCardinality(String) COMMENT 'planned, dispatched (told before the call goes out), sent, failed, unknown (nobody can tell), skipped, succeeded or ended',
    action LowCardinality(String) COMMENT 'retry, verify, message, email or webhook; empty for the plan',
    channel LowCardinality(String) COMMENT 'The step''s channel; empty for the plan',
    reason LowCardinality(String) COMMENT 'Why, in a fixed vocabulary of words, or an error code',
    reference String COMMENT 'SID or id of what the step created, if anything',
    due_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When a planned step is due',
    price Float64 COMMENT 'What the step is expected to cost, as the policy says',
    policy LowCardinality(String) COMMENT 'Name of the policy',
    dry_run Bool COMMENT 'Shown only: nothing is sent',
    product LowCardinality(String) COMMENT 'verify or messaging',
    account_sid LowCardinality(String) COMMENT 'Twilio account or subaccount',
    service_sid LowCardinality(String) COMMENT 'Verify or Messaging service',
    subject_sid String COMMENT 'The attempt or message that came to grief',
    verification_sid String COMMENT 'The verification, if any',
    cause LowCardinality(String) COMMENT 'failed, undelivered or silent',
    error_code UInt32 COMMENT 'Twilio error code of the failure; 0 is none',
    error_class LowCardinality(String) COMMENT 'What the code means for the next step',
    first_channel LowCardinality(String) COMMENT 'Channel that failed',
    country LowCardinality(String) COMMENT 'Recipient''s country, ISO 3166 alpha-2',
    id String COMMENT 'What repetitions of one transition share',
    kafka_offset Int64 COMMENT 'Orders a plan''s transitions',
    kafka_index Int32 COMMENT 'Orders those of one record'
)
AS SELECT
    heard_at, plan_id, at, step, attempt, state, action, channel, reason, reference, due_at, price,
    policy, dry_run, product, account_sid, service_sid, subject_sid, verification_sid, cause,
    error_code, error_class, first_channel, country, id, kafka_offset, kafka_index
FROM {database}.fallback_steps_store FINAL
COMMENT 'One row per transition of a fallback plan';

CREATE OR REPLACE VIEW {database}.fallbacks
(
    heard_at DateTime64(3, 'UTC') COMMENT 'When the ingress had the news of the failure, or that none came in time',
    plan_id String COMMENT 'Product and verification or message',
    product LowCardinality(String) COMMENT 'verify or messaging',
    account_sid LowCardinality(String) COMMENT 'Twilio account or subaccount',
    service_sid LowCardinality(String) COMMENT 'Verify or Messaging service',
    verification_sid String COMMENT 'The verification, if any',
    subject_sid String COMMENT 'The attempt or message that came to grief',
    country LowCardinality(String) COMMENT 'Recipient''s country, ISO 3166 alpha-2',
    first_channel LowCardinality(String) COMMENT 'Channel that failed',
    cause LowCardinality(String) COMMENT 'failed, undelivered or silent',
    error_code UInt32 COMMENT 'Twilio error code of the failure; 0 is none',
    error_class LowCardinality(String) COMMENT 'What the code means for the next step',
    policy LowCardinality(String) COMMENT 'Name of the policy',
    dry_run Bool COMMENT 'Shown only: nothing is sent',
    state LowCardinality(String) COMMENT 'Latest state: planned, dispatched, sent, failed, unknown, succeeded, ended, or skipped (nothing was planned)',
    reason LowCardinality(String) COMMENT 'Why it is in this state; of skipped why nothing was planned',
    result LowCardinality(String) COMMENT 'recovered (the user got through after a step was sent), not_recovered, unconfirmed (sent, nobody can tell), not_sent, shown (dry run), none (nothing planned) or open',
    planned_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the first step was planned',
    dispatched_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the first step went out, or would have in a dry run',
    sent_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the first step was taken by Twilio, the mail server or the backend',
    finished_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the plan ended',
    latency_ms Nullable(Int64) COMMENT 'From heard_at to dispatched_at, the step''s own delay included',
    price Float64 COMMENT 'Expected cost of what was sent; in a dry run of what would have been',
    step_actions Array(LowCardinality(String)) COMMENT 'What each step told of does, in order',
    step_channels Array(LowCardinality(String)) COMMENT 'Their channels',
    step_states Array(LowCardinality(String)) COMMENT 'Their latest states',
    step_reasons Array(LowCardinality(String)) COMMENT 'Why they are in these states',
    step_references Array(String) COMMENT 'SIDs or ids of what they created'
)
AS WITH
    arraySort(groupArray((
        (told.kafka_offset, told.kafka_index), told.step, told.action, told.channel, told.state,
        told.reason, told.reference
    ))) AS transitions,
    arraySort(arrayDistinct(arrayFilter(number -> number >= 0, transitions.2))) AS numbers,
    arrayMap(number -> arrayLast(each -> each.2 = number, transitions), numbers) AS steps,
    countIf(told.state IN ('sent', 'unknown')) AS sends,
    countIf(
        told.product = 'messaging' AND told.state = 'sent' AND told.reference IN (
            SELECT message_sid FROM {database}.messages
            WHERE outcome = 'delivered' AND (account_sid, message_sid) IN (
                SELECT account_sid, reference FROM {database}.fallback_steps_store
                WHERE product = 'messaging' AND state = 'sent' AND reference != ''
            )
        )
    ) AS arrived
SELECT
    told.heard_at AS heard_at,
    told.plan_id AS plan_id,
    any(told.product) AS product,
    any(told.account_sid) AS account_sid,
    any(told.service_sid) AS service_sid,
    any(told.verification_sid) AS verification_sid,
    any(told.subject_sid) AS subject_sid,
    any(told.country) AS country,
    any(told.first_channel) AS first_channel,
    any(told.cause) AS cause,
    any(told.error_code) AS error_code,
    any(told.error_class) AS error_class,
    any(told.policy) AS policy,
    any(told.dry_run) AS dry_run,
    transitions[-1].5 AS state,
    transitions[-1].6 AS reason,
    multiIf(
        state = 'succeeded' OR arrived > 0, 'recovered',
        state = 'skipped', if(transitions[-1].2 < 0, 'none', 'open'),
        state != 'ended', 'open',
        reason = 'dry_run', 'shown',
        sends = 0, 'not_sent',
        product = 'messaging' AND reason = 'not_confirmed', 'unconfirmed',
        'not_recovered'
    ) AS result,
    minOrNullIf(told.at, told.state = 'planned') AS planned_at,
    minOrNullIf(told.at, told.state = 'dispatched') AS dispatched_at,
    minOrNullIf(told.at, told.state = 'sent') AS sent_at,
    maxOrNullIf(told.at, told.state IN ('ended', 'succeeded')) AS finished_at,
    toUnixTimestamp64Milli(dispatched_at) - toUnixTimestamp64Milli(heard_at) AS latency_ms,
    sumIf(
        told.price,
        told.state IN ('sent', 'unknown') OR (told.dry_run AND told.state = 'dispatched')
    ) AS price,
    steps.3 AS step_actions,
    steps.4 AS step_channels,
    steps.5 AS step_states,
    steps.6 AS step_reasons,
    steps.7 AS step_references
FROM {database}.fallback_steps AS told
GROUP BY told.heard_at, told.plan_id
COMMENT 'One row per fallback plan, and per failure for which none was made';
