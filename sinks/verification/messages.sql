-- Messages that differ between the events and the joined table; at most {limit}.
WITH {recomputed}
SELECT
    sid AS message,
    anyIf(fields, side = 'events') AS from_events,
    anyIf(fields, side = 'messages') AS in_messages,
    false AS is_late,
    count() OVER () AS differing,
    0 AS late
FROM
(
    SELECT 'events' AS side, sid, toString((
        account, service, by_channel, to_country, queued, sent_time, end_time, result, read_time,
        code, class, latency, distinct_events, disputed
    )) AS fields
    FROM recomputed
    UNION ALL
    SELECT 'messages' AS side, message_sid AS sid, toString((
        account_sid, toString(messaging_service_sid), toString(channel), toString(country),
        queued_at, sent_at, finished_at, toString(outcome), read_at,
        error_code, toString(error_class), latency_ms, events, toUInt8(contradictory)
    )) AS fields
    FROM messages
)
GROUP BY sid
HAVING count() != 2 OR from_events != in_messages
ORDER BY sid
LIMIT {limit}
