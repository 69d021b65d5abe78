SELECT
    toUnixTimestamp(window_start) AS window_start,
    account_sid,
    product,
    channel,
    service_sid,
    country,
    error_class,
    toInt64(sent) AS sent,
    toInt64(delivered) AS delivered,
    toInt64(undelivered) AS undelivered,
    toInt64(failed) AS failed,
    toInt64(canceled) AS canceled,
    toInt64(unknown) AS unknown
FROM delivery_windows
WHERE window_seconds = 60
  AND account_sid IN {accounts:Array(String)}
