multiIf(
        {by:String} = 'country', toString(country),
        {by:String} = 'carrier', toString(carrier),
        {by:String} = 'service', toString(service_sid),
        {by:String} = 'channel', toString(channel),
        {by:String} = 'product', toString(product),
        toString(account_sid)
    )
