SELECT
    event_id,
    account_sid,
    toUnixTimestamp64Milli(event_time) AS event_ms,
    toUInt32(error_code) AS error_code,
    level,
    product,
    resource_sid,
    correlation_sid
FROM errors
WHERE account_sid IN {accounts:Array(String)}
  AND cityHash64(event_id) % {parts:UInt32} = {part:UInt32}
