-- Start of the last window that is stored, of whatever slice; 0 where there is none.
SELECT toUnixTimestamp(max(window_start)) AS last
FROM windows_of(seconds = {step:UInt32}, by_carrier = 0)
WHERE {shared:windows}
