SELECT version(), toUnixTimestamp64Milli(now64(3))
