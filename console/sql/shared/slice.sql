-- Empty lists choose everything.
    (empty({accounts:Array(String)}) OR has({accounts:Array(String)}, account_sid))
    AND (empty({products:Array(String)}) OR has({products:Array(String)}, product))
    AND (empty({countries:Array(String)}) OR has({countries:Array(String)}, country))
    AND (empty({channels:Array(String)}) OR has({channels:Array(String)}, channel))
    AND (empty({services:Array(String)}) OR has({services:Array(String)}, service_sid))
    AND (empty({carriers:Array(String)}) OR has({carriers:Array(String)}, carrier))
