SELECT account_sid
FROM events_store
WHERE event_time > (SELECT max(event_time) FROM events_store) - INTERVAL 1 HOUR AND account_sid != ''
GROUP BY account_sid
ORDER BY count() DESC
LIMIT 3
