-- Window cells of 60 s that differ between the stored events and what the processor told; at most
-- {limit}, those that the horizon explains last.
WITH {recomputed},
{deliveries}
SELECT
    cell,
    anyIf(figures, side = 'events') AS from_events,
    anyIf(figures, side = 'windows') AS in_windows,
    (
        cell.1, cell.2, cell.3, cell.4, cell.5, cell.6
    ) IN untimely AS is_late,
    countIf(NOT is_late) OVER () AS differing,
    countIf(is_late) OVER () AS late
FROM
(
    SELECT
        'events' AS side,
        (product, minute, account, channel, its_service, its_country, class) AS cell,
        arraySort(groupArrayIf(
            toUInt16(ceil(log(least(greatest(assumeNotNull(latency), 1), 604800000)) / log(1.01 / 0.99))),
            latency IS NOT NULL AND NOT coarse
        )) AS buckets,
        toString((
            count(), countIf(result = 'delivered'), countIf(result = 'undelivered'),
            countIf(result = 'failed'), countIf(result = 'canceled'), countIf(result = 'unknown'),
            countIf(was_read),
            if(empty(buckets), NULL, round(2 * pow(1.01 / 0.99, buckets[toUInt64(ceil(0.50 * length(buckets)))]) / (1.01 / 0.99 + 1), 3)),
            if(empty(buckets), NULL, round(2 * pow(1.01 / 0.99, buckets[toUInt64(ceil(0.95 * length(buckets)))]) / (1.01 / 0.99 + 1), 3))
        )) AS figures
    FROM expected
    GROUP BY product, minute, account, channel, its_service, its_country, class
    UNION ALL
    SELECT
        'windows' AS side,
        (
            toString(product), toDateTime(window_start, 'UTC') AS minute, toString(account_sid) AS account,
            toString(channel), if(coarse, 'other', toString(service_sid)),
            if(coarse, 'other', toString(country)), toString(error_class)
        ) AS cell,
        [] AS buckets,
        toString((
            sum(sent), sum(delivered), sum(undelivered), sum(failed), sum(canceled), sum(unknown),
            sum(read),
            if(coarse OR product = 'voice', NULL, any(round(p50_latency_ms, 3))),
            if(coarse OR product = 'voice', NULL, any(round(p95_latency_ms, 3)))
        )) AS figures
    FROM delivery_windows
    WHERE window_seconds = 60
    GROUP BY cell, (toString(product), minute, account) IN capped AS coarse, product
)
GROUP BY cell
HAVING count() != 2 OR from_events != in_windows
ORDER BY is_late, cell
LIMIT {limit}
