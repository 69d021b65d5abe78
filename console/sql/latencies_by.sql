SELECT
    {shared:dimension} AS key,
    quantilesExactWeighted(0.5, 0.95)(latency_ms, messages) AS percentiles
FROM delivery_latencies
WHERE window_start >= toDateTime({start:UInt32}, 'UTC')
    AND window_start < toDateTime({end:UInt32}, 'UTC')
    AND {shared:slice}
GROUP BY key
ORDER BY sum(messages) DESC, key
LIMIT 5000
