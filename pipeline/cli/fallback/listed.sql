SELECT
    toUnixTimestamp64Milli(heard_at) AS heard, plan_id, result, product, country, first_channel,
    cause, error_code, policy, dry_run, reason, latency_ms, step_channels, step_states
FROM fallbacks
WHERE heard_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
    AND ({result:String} = '' OR result = {result:String})
ORDER BY heard_at DESC, plan_id
LIMIT {most:UInt32}
