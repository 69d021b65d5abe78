SELECT
    fallback_steps.id AS id, plan_id, step, attempt, state, action, channel, reason, reference,
    dry_run,
    toUnixTimestamp(fallback_steps.at) AS at,
    toUnixTimestamp64Milli(fallback_steps.at) AS at_ms
FROM fallback_steps
WHERE subject_sid = {sid:String} OR verification_sid = {sid:String} OR reference = {sid:String}
ORDER BY kafka_offset, kafka_index
LIMIT 500
