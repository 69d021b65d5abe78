SELECT quantilesIf(0.5, 0.95)(duration_s, outcome = 'completed') AS percentiles
FROM calls
WHERE start_told
    AND started_at >= fromUnixTimestamp64Milli(1000 * {start:Int64}, 'UTC')
    AND started_at < fromUnixTimestamp64Milli(1000 * {end:Int64}, 'UTC')
    AND (empty({accounts:Array(String)}) OR has({accounts:Array(String)}, account_sid))
    AND (empty({countries:Array(String)}) OR has({countries:Array(String)}, country))
