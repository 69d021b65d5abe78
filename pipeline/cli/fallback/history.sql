SELECT
    id, plan_id, state, step, attempt, action, channel, reason, policy, dry_run, product,
    account_sid, service_sid, subject_sid, verification_sid, cause, error_code, error_class,
    first_channel, country, toUnixTimestamp64Milli(fallback_steps.at) AS at,
    ifNull(toUnixTimestamp64Milli(fallback_steps.due_at), 0) AS due_at,
    toUnixTimestamp64Milli(fallback_steps.heard_at) AS heard_at, reference, price
FROM fallback_steps
WHERE plan_id = {plan:String}
    AND fallback_steps.heard_at = fromUnixTimestamp64Milli({heard:Int64}, 'UTC')
ORDER BY kafka_offset, kafka_index
