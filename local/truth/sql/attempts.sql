SELECT
    attempt_sid,
    account_sid,
    service_sid,
    channel,
    country,
    toString(outcome) AS outcome,
    toUInt32(error_code) AS error_code,
    toUnixTimestamp64Milli(sent_at) AS sent_ms,
    toUnixTimestamp64Milli(finished_at) AS finished_ms
FROM verify_attempts
WHERE account_sid IN {accounts:Array(String)}
  AND cityHash64(attempt_sid) % {parts:UInt32} = {part:UInt32}
