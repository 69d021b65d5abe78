-- Sums by send time; rates and intervals follow from them.
SELECT
    toUnixTimestamp(window_start) AS t,
    sum(sent) AS sent,
    sum(delivered) AS delivered,
    sum(undelivered) AS undelivered,
    sum(failed) AS failed,
    sum(canceled) AS canceled,
    sum(unknown) AS unknown
FROM windows_of(seconds = {step:UInt32}, by_carrier = 1)
WHERE {shared:windows}
    AND {shared:slice}
GROUP BY t
ORDER BY t
LIMIT 2000
