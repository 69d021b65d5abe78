-- Percentiles of the time to delivery by send time, and (t = 0) over all of it.
SELECT
    toUnixTimestamp(toStartOfInterval(window_start, toIntervalSecond({step:UInt32}))) AS t,
    quantilesExactWeighted(0.5, 0.95)(latency_ms, messages) AS percentiles
FROM delivery_latencies
WHERE window_start >= toDateTime({start:UInt32}, 'UTC')
    AND window_start < toDateTime({end:UInt32}, 'UTC')
    AND {shared:slice}
GROUP BY GROUPING SETS ((t), ())
ORDER BY t
LIMIT 2001
