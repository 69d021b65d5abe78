WITH arrayMap(t -> (if(t.1 = '', currentDatabase(), t.1), t.2), {tables:Array(Tuple(String, String))}) AS asked
SELECT database || '.' || name
FROM system.tables
WHERE has(asked, (database, name))
    AND engine NOT IN ('View', 'Dictionary')
    AND NOT has(if(database = 'system', {system:Array(String)}, {public:Array(String)}), name)
ORDER BY 1
LIMIT 1
