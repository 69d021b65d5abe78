-- Everything stored for one stretch of event time, oldest first; other runs' rows are sorted out
-- by id, because some products' events carry no account.
SELECT
    event_id,
    event_type,
    subject_sid,
    toUnixTimestamp64Milli(event_time) AS event_ms,
    status,
    toUInt32(error_code) AS error_code,
    account_sid
FROM events
WHERE event_time >= fromUnixTimestamp64Milli({first_ms:Int64})
  AND event_time < fromUnixTimestamp64Milli({after_ms:Int64})
