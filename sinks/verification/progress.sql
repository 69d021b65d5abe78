SELECT
    (SELECT count() FROM events) AS events,
    (SELECT count() FROM messages) AS messages,
    (SELECT count() FROM delivery_windows WHERE window_seconds = 60) AS windows,
    (SELECT count() FROM verify_funnel WHERE window_seconds = 60) AS funnel,
    (SELECT toString(max(received_at)) FROM events) AS newest
