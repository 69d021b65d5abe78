SELECT *
FROM {view}
WHERE account_sid = {account:String}
    AND {time} > parseDateTime64BestEffort({until:String}, 3, 'UTC') - INTERVAL 1 HOUR
    AND {time} <= parseDateTime64BestEffort({until:String}, 3, 'UTC')
    {more}
ORDER BY {time} DESC
LIMIT 1000
