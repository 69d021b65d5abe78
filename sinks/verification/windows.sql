-- Window cells of 60 s that differ between the events and what the processor told; at most {limit}.
WITH {recomputed}
SELECT
    cell,
    anyIf(figures, side = 'events') AS from_events,
    anyIf(figures, side = 'windows') AS in_windows,
    count() OVER () AS differing
FROM
(
    SELECT
        'events' AS side,
        toString((
            toStartOfMinute(coalesce(sent_time, end_time)), account, by_channel, service,
            to_country, class
        )) AS cell,
        arraySort(groupArrayIf(
            toUInt16(ceil(log(least(greatest(assumeNotNull(latency), 1), 604800000)) / log(1.01 / 0.99))),
            latency IS NOT NULL
        )) AS buckets,
        toString((
            count(), countIf(result = 'delivered'), countIf(result = 'undelivered'),
            countIf(result = 'failed'), countIf(result = 'canceled'), countIf(result = 'unknown'),
            if(empty(buckets), NULL, round(2 * pow(1.01 / 0.99, buckets[toUInt64(ceil(0.50 * length(buckets)))]) / (1.01 / 0.99 + 1), 3)),
            if(empty(buckets), NULL, round(2 * pow(1.01 / 0.99, buckets[toUInt64(ceil(0.95 * length(buckets)))]) / (1.01 / 0.99 + 1), 3))
        )) AS figures
    FROM recomputed
    WHERE sent_time IS NOT NULL OR end_time IS NOT NULL
    GROUP BY
        toStartOfMinute(coalesce(sent_time, end_time)), account, by_channel, service, to_country,
        class
    UNION ALL
    SELECT
        'windows' AS side,
        toString((
            toStartOfMinute(toDateTime64(window_start, 3, 'UTC')), toString(account_sid),
            toString(channel), toString(service_sid), toString(country), toString(error_class)
        )) AS cell,
        [] AS buckets,
        toString((
            sent, delivered, undelivered, failed, canceled, unknown,
            round(p50_latency_ms, 3), round(p95_latency_ms, 3)
        )) AS figures
    FROM delivery_windows
    WHERE window_seconds = 60 AND product = 'messaging'
)
GROUP BY cell
HAVING count() != 2 OR from_events != in_windows
ORDER BY cell
LIMIT {limit}
