-- Sums by send time; rates and intervals follow from them.
SELECT
    toUnixTimestamp(window_start) AS t,
    sum(sent) AS sent,
    sum(delivered) AS delivered,
    sum(undelivered) AS undelivered,
    sum(failed) AS failed,
    sum(canceled) AS canceled,
    sum(unknown) AS unknown
FROM delivery_windows_by_carrier
WHERE {shared:windows}
    AND {shared:slice}
GROUP BY t
ORDER BY t
LIMIT 2000
