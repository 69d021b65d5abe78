-- Messages by country and by the few seconds in which they were sent, for the bars.
SELECT
    intDiv(toUnixTimestamp64Milli(assumeNotNull(sent_at)) - {start_ms:Int64}, {slice_ms:Int64})
        AS slice,
    country,
    toInt64(count()) AS all_sent,
    toInt64(countIf(outcome = 'delivered')) AS all_delivered,
    toInt64(countIf(outcome = 'unknown')) AS all_unknown
FROM messages
WHERE account_sid IN {accounts:Array(String)} AND isNotNull(sent_at)
GROUP BY slice, country
