-- Incidents that are on, the latest first; or all of them and the notices.
SELECT *
FROM
(
    SELECT
        toUnixTimestamp(updated_at) AS told_at, severity, state, title, alert_id,
        acknowledged_by, silenced
    FROM alerts
    WHERE {everything:Bool} OR state != 'resolved'
    UNION ALL
    SELECT
        toUnixTimestamp(at) AS told_at, severity, 'notice' AS state,
        rule || ': ' || if(title = '', toString(error_code), title) || ', ' || toString(failures)
            || ' of ' || account_sid || if(service_sid = '', '', ' ' || service_sid) AS title,
        notice_id AS alert_id, '' AS acknowledged_by, false AS silenced
    FROM notices
    WHERE {everything:Bool}
)
WHERE told_at >= {since:UInt32}
ORDER BY told_at DESC, alert_id
LIMIT {most:UInt32}
