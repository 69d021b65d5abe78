SELECT
    toUnixTimestamp(fallback_steps.at) AS at,
    toUnixTimestamp64Milli(fallback_steps.at) AS at_ms,
    step, attempt, state, action, channel, reason, reference,
    toUnixTimestamp64Milli(fallback_steps.at) - toUnixTimestamp64Milli(heard_at) AS latency_ms
FROM fallback_steps
WHERE plan_id = {id:String}
    AND heard_at = fromUnixTimestamp64Milli({heard:Int64}, 'UTC')
ORDER BY kafka_offset, kafka_index
LIMIT 1000
