SELECT name, default_expression, comment
FROM system.columns
WHERE database = '{database}' AND table = 'migrations_lock'
