-- Error codes told in the time, by how many messages, attempts, calls or resources they concern.
SELECT
    error_code AS code,
    product,
    uniqExact(subject_sid) AS count,
    toUnixTimestamp(min(event_time)) AS first,
    toUnixTimestamp(max(event_time)) AS last
FROM events
WHERE error_code > 0
    AND event_time >= fromUnixTimestamp64Milli(1000 * {start:Int64}, 'UTC')
    AND event_time < fromUnixTimestamp64Milli(1000 * {end:Int64}, 'UTC')
    AND (empty({accounts:Array(String)}) OR has({accounts:Array(String)}, account_sid))
    AND (empty({products:Array(String)}) OR has({products:Array(String)}, product))
    AND (empty({countries:Array(String)}) OR has({countries:Array(String)}, country))
    AND (empty({channels:Array(String)}) OR has({channels:Array(String)}, channel))
    AND (
        empty({services:Array(String)})
        OR has(
            {services:Array(String)},
            if(verify_service_sid = '', messaging_service_sid, verify_service_sid)
        )
    )
    AND (empty({carriers:Array(String)}) OR has({carriers:Array(String)}, carrier))
GROUP BY code, product
ORDER BY count DESC, code, product
LIMIT 100
