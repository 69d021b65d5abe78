SELECT 'events' AS view, count() AS rows FROM events
UNION ALL
SELECT 'messages', count() FROM messages
UNION ALL
SELECT 'verifications', count() FROM verifications
UNION ALL
SELECT 'calls', count() FROM calls
UNION ALL
SELECT 'errors', count() FROM errors
UNION ALL
SELECT 'delivery_windows', count() FROM delivery_windows WHERE window_seconds = 60
UNION ALL
SELECT 'outcomes', count() FROM outcomes
UNION ALL
SELECT 'dead_letters', count() FROM dead_letters
