-- What only single verifications tell.
SELECT
    countIf(attempts > 0) AS sent,
    quantiles(0.5, 0.95)(seconds_to_approve) AS percentiles
FROM verifications
WHERE start_told
    AND started_at >= fromUnixTimestamp64Milli(1000 * {start:Int64}, 'UTC')
    AND started_at < fromUnixTimestamp64Milli(1000 * {end:Int64}, 'UTC')
    AND (empty({accounts:Array(String)}) OR has({accounts:Array(String)}, account_sid))
    AND (empty({countries:Array(String)}) OR has({countries:Array(String)}, country))
    AND (empty({channels:Array(String)}) OR has({channels:Array(String)}, first_channel))
    AND (empty({services:Array(String)}) OR has({services:Array(String)}, service_sid))
