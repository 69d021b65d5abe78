-- Each message, straight from its distinct events.
recomputed AS
(
    SELECT
        subject_sid AS sid,
        max(toString(events.account_sid)) AS account,
        max(toString(events.messaging_service_sid)) AS service,
        max(toString(events.channel)) AS by_channel,
        max(toString(events.country)) AS to_country,
        minOrNullIf(event_time, status = 'queued') AS queued,
        minOrNullIf(event_time, status = 'sent') AS sent_time,
        minOrNullIf(event_time, status = 'delivered') AS delivered_time,
        minOrNullIf(event_time, status = 'read') AS read_time,
        argMaxIf(
            (toString(status), event_time, events.error_code),
            (event_time, indexOf(['delivered', 'undelivered', 'failed', 'canceled'], status), events.error_code),
            status IN ('delivered', 'undelivered', 'failed', 'canceled')
        ) AS last_end,
        multiIf(read_time IS NOT NULL, 'delivered', last_end.1 != '', last_end.1, 'unknown') AS result,
        multiIf(
            result = 'unknown', NULL,
            result = 'delivered', coalesce(delivered_time, read_time),
            toNullable(last_end.2)
        ) AS end_time,
        if(result IN ('unknown', 'delivered'), 0, last_end.3) AS code,
        (
            SELECT (groupArray(code), groupArray(toString(error_class)))
            FROM (SELECT code, any(error_class) AS error_class FROM error_codes GROUP BY code)
        ) AS classes,
        if(code = 0, '', transform(code, classes.1, classes.2, 'other')) AS class,
        if(
            result = 'delivered' AND sent_time IS NOT NULL,
            greatest(0, toUnixTimestamp64Milli(end_time) - toUnixTimestamp64Milli(sent_time)),
            NULL
        ) AS latency,
        uniqExact(dedup_id) AS distinct_events,
        max(received_at) AS heard,
        uniqExactIf(status, status IN ('delivered', 'undelivered', 'failed', 'canceled')) > 1
            OR (read_time IS NOT NULL AND last_end.1 IN ('undelivered', 'failed', 'canceled')) AS disputed
    FROM events
    WHERE startsWith(event_type, 'com.twilio.messaging.message.')
        AND status IN ('queued', 'sent', 'delivered', 'undelivered', 'failed', 'canceled', 'read')
    GROUP BY subject_sid
)
