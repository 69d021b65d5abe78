SELECT lower(name) FROM system.table_functions
UNION DISTINCT
SELECT lower(name) FROM system.functions
WHERE categories IN ('AI', 'Introspection')
   OR startsWith(name, 'AI')
   OR lower(name) IN ('file', 'getclienthttpheader', 'showcertificate', 'evalmlmethod', 'catboostevaluate', 'joinget', 'joingetornull')
