-- The time shown, and as much before it for comparison.
WITH window_start >= toDateTime({shown_from:UInt32}, 'UTC') AS now_shown
SELECT
    {shared:dimension} AS key,
    multiIf(
        {by:String} = 'country', dictGetOrDefault('country', 'name', key, key),
        {by:String} = 'carrier' AND key != '',
        concat(
            dictGetOrDefault(
                'country', 'name',
                dictGetOrDefault('network_country', 'country', left(key, 3), '') AS its_country,
                its_country
            ),
            ' ', left(key, 3), '-', substring(key, 4)
        ),
        key
    ) AS label,
    sumIf(windows.sent, now_shown) AS sent,
    sumIf(windows.delivered, now_shown) AS delivered,
    sumIf(windows.undelivered, now_shown) AS undelivered,
    sumIf(windows.failed, now_shown) AS failed,
    sumIf(windows.canceled, now_shown) AS canceled,
    sumIf(windows.unknown, now_shown) AS unknown,
    sumIf(windows.delivered, NOT now_shown) AS delivered_before,
    sumIf(windows.sent - windows.unknown, NOT now_shown) AS known_before
FROM windows_of(seconds = {step:UInt32}, by_carrier = 1) AS windows
WHERE {shared:windows}
    AND {shared:slice}
GROUP BY key
HAVING sent > 0
ORDER BY sent DESC, key
LIMIT 50
