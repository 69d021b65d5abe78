-- One part of a run's messages (the parts keep an answer below the limits of analysts).
SELECT
    message_sid,
    account_sid,
    messaging_service_sid,
    channel,
    country,
    toString(outcome) AS outcome,
    toUInt32(error_code) AS error_code,
    toUnixTimestamp64Milli(sent_at) AS sent_ms,
    toUnixTimestamp64Milli(finished_at) AS finished_ms
FROM messages
WHERE account_sid IN {accounts:Array(String)}
  AND cityHash64(message_sid) % {parts:UInt32} = {part:UInt32}
