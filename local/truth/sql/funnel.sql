SELECT
    toUnixTimestamp(window_start) AS window_start,
    account_sid,
    service_sid,
    country,
    channel,
    toInt64(started) AS started,
    toInt64(approved) AS approved,
    toInt64(canceled) AS canceled,
    toInt64(max_attempts) AS max_attempts,
    toInt64(pending + expired) AS pending_or_expired,
    toInt64(delivered) AS delivered,
    toInt64(attempts) AS attempts,
    toInt64(repeated) AS repeated
FROM verify_funnel
WHERE window_seconds = 60
  AND account_sid IN {accounts:Array(String)}
