-- How far the pipeline is with one run; cheap enough to ask again and again.
SELECT
    (
        SELECT count()
        FROM events
        WHERE event_time >= fromUnixTimestamp64Milli({first_ms:Int64})
          AND event_time < fromUnixTimestamp64Milli({after_ms:Int64})
    ) AS events,
    (
        SELECT toInt64(sum(sent))
        FROM delivery_windows
        WHERE window_seconds = 60 AND account_sid IN {accounts:Array(String)}
    ) AS windowed,
    (
        SELECT toInt64(sum(unknown))
        FROM delivery_windows
        WHERE window_seconds = 60 AND account_sid IN {accounts:Array(String)}
    ) AS unknown
