SELECT
    toUnixTimestamp(alert_transitions.at) AS at, state, severity, title, reason, children,
    arrayZip(siblings, sibling_usual_rates, sibling_rates) AS siblings
FROM alert_transitions
WHERE alert_id = {id:String}
ORDER BY transition
LIMIT 1000
