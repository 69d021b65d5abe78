SELECT
    {shared:plan}
FROM fallbacks
WHERE plan_id = {id:String}
ORDER BY heard_at DESC
LIMIT 1
