-- The table is sorted by when an outcome came about; its news comes hours later at most.
WHERE outcomes.decided_at >= fromUnixTimestamp64Milli({start:Int64}, 'UTC') - INTERVAL 2 DAY
    AND outcomes.decided_at < fromUnixTimestamp64Milli({end:Int64}, 'UTC') + INTERVAL 1 DAY
    AND outcomes.received_at >= fromUnixTimestamp64Milli({start:Int64}, 'UTC')
    AND outcomes.received_at < fromUnixTimestamp64Milli({end:Int64}, 'UTC')
ORDER BY outcomes.received_at, id
