SELECT toUnixTimestamp(at), state, severity, title, reason
FROM alert_transitions
WHERE alert_id = {id:String}
ORDER BY transition
