-- The newest alerts and notices about the run's accounts, in words.
SELECT what
FROM
(
    SELECT updated_at AS at, severity || ' ' || state || ': ' || title AS what
    FROM alerts
    WHERE fired_at >= fromUnixTimestamp64Milli({start_ms:Int64})
    UNION ALL
    SELECT at, 'notice: ' || rule || ', ' || title AS what
    FROM notices
    WHERE account_sid IN {accounts:Array(String)}
)
ORDER BY at DESC, what
LIMIT 2
