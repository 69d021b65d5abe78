-- Cells of the Verify funnel of 60 s that differ between the verifications and what the processor
-- told; at most {limit}, those that the horizon explains last. An open verification expires by
-- time alone, so pending and expired are one figure.
WITH
capped AS
(
    SELECT DISTINCT window_start AS minute, toString(account_sid) AS account
    FROM verify_funnel
    WHERE window_seconds = 60 AND country = 'other'
),
expected AS
(
    SELECT
        toStartOfMinute(started_at) AS minute,
        toString(account_sid) AS account,
        (minute, account) IN capped AS coarse,
        if(coarse, 'other', toString(service_sid)) AS its_service,
        if(coarse, 'other', toString(country)) AS its_country,
        toString(first_channel) AS channel,
        status,
        delivered_attempts > 0 AS arrived,
        least(attempts, 16) AS sendings,
        last_received_at > addSeconds(started_at, {horizon_s})
            OR last_received_at < subtractSeconds(started_at, {horizon_s}) AS is_untimely
    FROM verifications
    WHERE start_told
),
untimely AS (SELECT DISTINCT minute, account FROM expected WHERE is_untimely)
SELECT
    cell,
    anyIf(figures, side = 'events') AS from_events,
    anyIf(figures, side = 'funnel') AS in_funnel,
    (cell.1, cell.2) IN untimely AS is_late,
    countIf(NOT is_late) OVER () AS differing,
    countIf(is_late) OVER () AS late
FROM
(
    SELECT
        'events' AS side,
        (minute, account, its_service, its_country, channel) AS cell,
        toString((
            count(), countIf(status = 'approved'), countIf(status = 'canceled'),
            countIf(status = 'max_attempts_reached'), countIf(status IN ('pending', 'expired')),
            countIf(arrived), sum(sendings), countIf(sendings > 1)
        )) AS figures
    FROM expected
    GROUP BY cell
    UNION ALL
    SELECT
        'funnel' AS side,
        (
            window_start AS minute, toString(account_sid) AS account,
            if(coarse, 'other', toString(service_sid)), if(coarse, 'other', toString(country)),
            toString(channel)
        ) AS cell,
        toString((
            sum(started), sum(approved), sum(canceled), sum(max_attempts), sum(pending + expired),
            sum(delivered), sum(attempts), sum(repeated)
        )) AS figures
    FROM verify_funnel
    WHERE window_seconds = 60
    GROUP BY cell, (minute, account) IN capped AS coarse
)
GROUP BY cell
HAVING count() != 2 OR from_events != in_funnel
ORDER BY is_late, cell
LIMIT {limit}
