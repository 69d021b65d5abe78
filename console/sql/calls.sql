SELECT
    toUnixTimestamp(window_start) AS t,
    sum(windows.delivered) AS completed,
    sumIf(windows.undelivered + windows.failed, error_class = 'busy') AS busy,
    sumIf(windows.undelivered + windows.failed, error_class = 'no_answer') AS no_answer,
    sumIf(
        windows.undelivered + windows.failed, error_class NOT IN ('busy', 'no_answer')
    ) AS failed,
    sum(windows.canceled) AS canceled,
    sum(windows.unknown) AS unknown
FROM windows_of(seconds = {step:UInt32}, by_carrier = 1) AS windows
WHERE {shared:windows}
    AND product = 'voice'
    AND {shared:slice}
GROUP BY t
ORDER BY t
LIMIT 2000
