SELECT
    countIf(planned_at IS NOT NULL) AS planned,
    countIf(dispatched_at IS NOT NULL AND NOT dry_run) AS dispatched,
    countIf(result = 'recovered') AS recovered,
    countIf(result = 'none') AS skipped,
    countIf(result = 'not_recovered') AS failed,
    countIf(result = 'unconfirmed') AS unknown,
    countIf(result = 'not_sent') AS not_sent,
    countIf(result = 'shown') AS shown,
    countIf(result = 'open') AS open
FROM fallbacks
WHERE heard_at >= fromUnixTimestamp64Milli(1000 * {start:Int64}, 'UTC')
    AND heard_at < fromUnixTimestamp64Milli(1000 * {end:Int64}, 'UTC')
