SELECT
    (SELECT count() FROM events) AS events,
    (SELECT count() FROM messages) AS messages,
    (SELECT count() FROM delivery_windows WHERE window_seconds = 60 AND product = 'messaging') AS windows,
    (SELECT toString(max(received_at)) FROM events) AS newest
