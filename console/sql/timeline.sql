SELECT
    event_id AS id, event_type AS type, status, error_code, channel,
    toUnixTimestamp(event_time) AS at,
    toUnixTimestamp64Milli(event_time) AS at_ms,
    toUnixTimestamp(events.received_at) AS received_at
FROM events
WHERE subject_sid = {sid:String}
ORDER BY event_time, events.received_at, id
LIMIT 500
