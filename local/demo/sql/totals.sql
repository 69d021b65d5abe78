-- What this run has stored so far, and how old the newest of it is.
SELECT
    toInt64(count()) AS stored,
    greatest(toUnixTimestamp64Milli(now64(3)) - toUnixTimestamp64Milli(max(received_at)), 0)
        AS newest_age_ms
FROM events
WHERE event_time >= fromUnixTimestamp64Milli({start_ms:Int64})
