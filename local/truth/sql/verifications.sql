-- An end that nobody told comes with time alone, so it is left out here.
SELECT
    verification_sid,
    account_sid,
    service_sid,
    country,
    first_channel,
    if(end_told, toString(status), 'pending') AS told_status,
    toUnixTimestamp64Milli(started_at) AS started_ms,
    if(end_told, toUnixTimestamp64Milli(finished_at), NULL) AS finished_ms,
    channels,
    toInt64(attempts) AS attempts,
    toInt64(delivered_attempts) AS delivered_attempts
FROM verifications
WHERE account_sid IN {accounts:Array(String)}
  AND cityHash64(verification_sid) % {parts:UInt32} = {part:UInt32}
