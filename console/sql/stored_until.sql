-- Start of the last window that is stored, of whatever slice; 0 where there is none.
SELECT toUnixTimestamp(max(window_start)) AS last
FROM delivery_windows
WHERE {shared:windows}
