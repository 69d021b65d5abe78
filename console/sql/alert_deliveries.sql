SELECT
    toUnixTimestamp(alert_deliveries.at) AS at, channel, transition, state, reason, attempts
FROM alert_deliveries
WHERE alert_id = {id:String}
ORDER BY at, channel, transition
LIMIT 1000
