SELECT 'events' AS view, count() AS rows FROM events
UNION ALL
SELECT 'messages', count() FROM messages
UNION ALL
SELECT 'delivery_windows', count() FROM delivery_windows
UNION ALL
SELECT 'dead_letters', count() FROM dead_letters
