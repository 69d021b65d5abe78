SELECT
    toUnixTimestamp64Milli(heard_at) AS heard, plan_id, result, product, service_sid, country,
    first_channel, cause, error_code, error_class, policy, dry_run
FROM fallbacks
WHERE plan_id IN ({id:String}, 'verify:' || {id:String}, 'messaging:' || {id:String})
    OR subject_sid = {id:String}
ORDER BY heard_at
