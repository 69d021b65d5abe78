-- What became of the messages that steps have sent is joined to their plans. Looked up in a set, as
-- before, it was found out about all plans whichever were asked for: conditions on a plan, or on
-- when it was heard of, do not reach into a set.
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
AS SELECT
    plan.* EXCEPT (last_step, sends),
    multiIf(
        state = 'succeeded' OR arrival.arrived, 'recovered',
        state = 'skipped', if(last_step < 0, 'none', 'open'),
        state != 'ended', 'open',
        reason = 'dry_run', 'shown',
        sends = 0, 'not_sent',
        product = 'messaging' AND reason = 'not_confirmed', 'unconfirmed',
        'not_recovered'
    ) AS result
FROM (
    WITH
        arraySort(groupArray((
            (told.kafka_offset, told.kafka_index), told.step, told.action, told.channel, told.state,
            told.reason, told.reference
        ))) AS transitions,
        arraySort(arrayDistinct(arrayFilter(number -> number >= 0, transitions.2))) AS numbers,
        arrayMap(number -> arrayLast(each -> each.2 = number, transitions), numbers) AS steps
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
        transitions[-1].2 AS last_step,
        countIf(told.state IN ('sent', 'unknown')) AS sends,
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
) AS plan
LEFT JOIN (
    SELECT DISTINCT heard_at, plan_id, true AS arrived
    FROM (
        SELECT sent.heard_at AS heard_at, sent.plan_id AS plan_id
        FROM {database}.messages_store AS message
        INNER JOIN (
            SELECT heard_at, plan_id, account_sid, reference
            FROM {database}.fallback_steps_store
            WHERE product = 'messaging' AND state = 'sent' AND reference != ''
        ) AS sent
        ON message.account_sid = sent.account_sid AND message.message_sid = sent.reference
        WHERE message.product = 'messaging'
        GROUP BY heard_at, plan_id, message.message_sid
        -- As messages_of tells what became of one, without what else it tells.
        HAVING max(message.read_at) IS NOT NULL
            OR toUInt8(bitShiftRight(max(message.terminal), 32)) = 1
    )
) AS arrival USING (heard_at, plan_id)
COMMENT 'One row per fallback plan, and per failure for which none was made';
