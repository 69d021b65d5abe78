-- The last two windows of 60 s by country.
SELECT
    toUnixTimestamp(window_start) AS starts,
    country,
    toInt64(sum(sent)) AS all_sent,
    toInt64(sum(delivered)) AS all_delivered,
    toInt64(sum(unknown)) AS all_unknown
FROM delivery_windows
WHERE window_seconds = 60 AND account_sid IN {accounts:Array(String)}
GROUP BY starts, country
HAVING all_sent > 0
