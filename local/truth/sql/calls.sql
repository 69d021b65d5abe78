SELECT
    call_sid,
    account_sid,
    country,
    toString(outcome) AS outcome,
    toUnixTimestamp64Milli(started_at) AS started_ms,
    toUnixTimestamp64Milli(answered_at) AS answered_ms,
    toUnixTimestamp64Milli(ended_at) AS ended_ms,
    toInt64(duration_s) AS duration_s
FROM calls
WHERE account_sid IN {accounts:Array(String)}
  AND cityHash64(call_sid) % {parts:UInt32} = {part:UInt32}
