SELECT
    {shared:incident}
FROM alerts
WHERE alert_id = {id:String}
LIMIT 1
