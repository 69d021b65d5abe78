SELECT
    intDiv(toUnixTimestamp(window_start), 60) AS minute,
    account_sid, channel, service_sid, country,
    sum(started) - sum(canceled) AS sent,
    sum(approved) AS approved
FROM verify_funnel
WHERE window_seconds = 60
    AND window_start >= toDateTime({start:UInt32}, 'UTC')
    AND window_start < toDateTime({end:UInt32}, 'UTC')
GROUP BY ALL
ORDER BY ALL
