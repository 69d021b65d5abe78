SELECT toUnixTimestamp(since), where, comment FROM alert_silences WHERE silence_id = {id:String}
