SELECT
    title, severity, state, kind, toUnixTimestamp(started_at), toUnixTimestamp(fired_at),
    toUnixTimestamp(resolved_at), usual_rate, rate, rate_low, rate_high, messages, affected,
    arrayMap(
        (code, count) -> (code, dictGetOrDefault('error_code', 'name', code, ''), count),
        codes, code_messages
    ),
    likely, suggestion, evidence, threshold, toUnixTimestamp(acknowledged_at), acknowledged_by,
    silenced, sql
FROM alerts
WHERE alert_id = {id:String}
