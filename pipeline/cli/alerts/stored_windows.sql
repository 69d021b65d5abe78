SELECT
    intDiv(toUnixTimestamp(window_start), 60) AS minute,
    product, account_sid, channel, service_sid, country, carrier, sender_type,
    sum(sent) - sum(canceled) AS sent,
    sum(delivered) AS delivered,
    sum(undelivered) + sum(failed) AS failed,
    ifNull(max(p50_latency_ms), 0) / 1000 AS p50_s,
    ifNull(max(p95_latency_ms), 0) / 1000 AS p95_s
FROM delivery_windows_by_carrier
WHERE window_seconds = 60
    AND window_start >= toDateTime({start:UInt32}, 'UTC')
    AND window_start < toDateTime({end:UInt32}, 'UTC')
GROUP BY ALL
ORDER BY ALL
