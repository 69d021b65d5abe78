-- Every message, attempt and call with the window it must count in, as far as the store knows.
told AS
(
    SELECT
        'messaging' AS product, account, by_channel AS channel, service, to_country AS country,
        class, result,
        multiIf(
            sent_time IS NOT NULL, sent_time,
            result IN ('failed', 'canceled') OR NOT {needs_sent}, end_time,
            NULL
        ) AS time,
        if(result IN ('failed', 'canceled'), end_time, NULL) AS broke_off,
        read_time IS NOT NULL AS was_read,
        latency,
        heard
    FROM recomputed
    UNION ALL
    SELECT
        'verify', toString(account_sid), toString(channel), toString(service_sid),
        toString(country), toString(error_class), toString(outcome),
        multiIf(
            sent_at IS NOT NULL, sent_at,
            outcome IN ('failed', 'canceled') OR NOT {needs_sent}, finished_at,
            NULL
        ),
        if(outcome IN ('failed', 'canceled'), finished_at, NULL),
        read_at IS NOT NULL,
        latency_ms,
        last_received_at
    FROM verify_attempts
    UNION ALL
    SELECT
        'voice', toString(account_sid), 'voice', '', toString(country), toString(error_class),
        multiIf(
            outcome = 'completed' OR (outcome = 'unknown' AND answered_at IS NOT NULL), 'delivered',
            outcome IN ('busy', 'no-answer'), 'undelivered',
            toString(outcome)
        ),
        toNullable(started_at),
        coalesce(answered_at, ended_at),
        false,
        NULL,
        last_received_at
    FROM calls
    WHERE start_told AND NOT startsWith(direction, 'inbound')
),
-- Where an account had too many cells the processor kept coarser ones: there, so do we.
capped AS
(
    SELECT DISTINCT product, window_start AS minute, toString(account_sid) AS account
    FROM delivery_windows
    WHERE window_seconds = 60 AND country = 'other'
),
expected AS
(
    SELECT
        product,
        toStartOfMinute(assumeNotNull(time)) AS minute,
        toStartOfMinute(ifNull(broke_off, assumeNotNull(time))) AS broke_off_minute,
        account,
        channel,
        (product, minute, account) IN capped AS coarse,
        if(coarse, 'other', service) AS its_service,
        if(coarse, 'other', country) AS its_country,
        class,
        result,
        was_read,
        latency,
        heard > addSeconds(assumeNotNull(time), {horizon_s})
            OR heard < subtractSeconds(assumeNotNull(time), {horizon_s}) AS is_untimely
    FROM told
    WHERE time IS NOT NULL
),
-- The processor leaves alone what comes beyond its horizon; all cells that it could have changed.
-- A failure whose sending it has long forgotten is one of a message that was never sent: to the
-- processor it is in the minute of its end.
untimely AS
(
    SELECT DISTINCT
        product, arrayJoin([minute, broke_off_minute]), account, channel, its_service, its_country
    FROM expected
    WHERE is_untimely
)
