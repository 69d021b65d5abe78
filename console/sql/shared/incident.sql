alert_id AS id, state, severity, kind, slice, title, reason, likely, suggestion, silenced,
    usual_rate, rate, rate_low, rate_high, messages, affected, evidence, threshold, sql,
    arrayZip(codes, code_messages) AS codes,
    toUnixTimestamp(started_at) AS started_at,
    toUnixTimestamp(fired_at) AS fired_at,
    toUnixTimestamp(updated_at) AS told_at,
    toUnixTimestamp(resolved_at) AS resolved_at,
    acknowledged_by,
    toUnixTimestamp(acknowledged_at) AS acknowledged_at
