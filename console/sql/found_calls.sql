SELECT
    call_sid AS sid, account_sid AS account, outcome, toUnixTimestamp(started_at) AS sent_at,
    toUnixTimestamp(calls.ended_at) AS finished_at, country, 'voice' AS channel, error_code,
    error_class, duration_s, direction, to_masked
FROM calls
WHERE call_sid = {sid:String} OR has({hashes:Array(String)}, to_hash)
ORDER BY last_received_at DESC, sid
LIMIT 100
