SELECT state FROM alerts WHERE alert_id = {id:String}
