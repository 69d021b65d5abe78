-- Stretches of whole minutes of about {size} records each: start (epoch s) and count.
SELECT toUnixTimestamp(min(minute)), sum(records)
FROM
(
    SELECT
        minute,
        records,
        intDiv(sum(records) OVER (ORDER BY minute) - records, {size:UInt64}) AS slice
    FROM
    (
        SELECT toStartOfMinute(assumeNotNull(at)) AS minute, count() AS records
        FROM
        (
{subjects}
        )
        WHERE at >= fromUnixTimestamp64Milli({start:Int64}, 'UTC')
            AND at < fromUnixTimestamp64Milli({end:Int64}, 'UTC')
        GROUP BY minute
    )
)
GROUP BY slice
ORDER BY slice
