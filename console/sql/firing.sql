-- What is on now: how many, and the one that fired last.
SELECT count() AS firing, argMax(alert_id, (fired_at, alert_id)) AS newest
FROM alerts
WHERE state != 'resolved'
