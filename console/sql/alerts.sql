SELECT
    {shared:incident}
FROM alerts
WHERE {everything:Bool} OR state != 'resolved'
ORDER BY alerts.resolved_at IS NOT NULL, alerts.updated_at DESC, id
LIMIT {most:UInt32}
