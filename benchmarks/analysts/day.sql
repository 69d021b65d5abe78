SELECT {by}, count(), {figure}
FROM {view}
WHERE {time} > parseDateTime64BestEffort({until:String}, 3, 'UTC') - INTERVAL 1 DAY
    AND {time} <= parseDateTime64BestEffort({until:String}, 3, 'UTC')
    {more}
GROUP BY {by}
ORDER BY 2 DESC
