SELECT
    {shared:plan}
FROM fallbacks
WHERE heard_at >= fromUnixTimestamp64Milli(1000 * {start:Int64}, 'UTC')
    AND heard_at < fromUnixTimestamp64Milli(1000 * {end:Int64}, 'UTC')
    AND (empty({accounts:Array(String)}) OR has({accounts:Array(String)}, account))
    AND (empty({products:Array(String)}) OR has({products:Array(String)}, product))
    AND (empty({countries:Array(String)}) OR has({countries:Array(String)}, country))
    AND (empty({services:Array(String)}) OR has({services:Array(String)}, service))
    AND ({state:String} = '' OR {state:String} IN (state, result))
ORDER BY heard_at DESC, id
LIMIT {most:UInt32}
