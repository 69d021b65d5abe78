SELECT
    countIf(received_at >= fromUnixTimestamp64Milli(1000 * {since:Int64}, 'UTC')) AS last_hour,
    count() AS total
FROM dead_letters
