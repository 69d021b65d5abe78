SELECT toUnixTimestamp(at), channel, transition, state, reason
FROM alert_deliveries
WHERE alert_id = {id:String}
ORDER BY at, channel
