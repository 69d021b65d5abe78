-- Receipts of what was sent before may be told for a while after.
SELECT to_hash, toUnixTimestamp64Milli(max(erased_at) + INTERVAL 1 DAY)
FROM {database}.erasures
GROUP BY to_hash
