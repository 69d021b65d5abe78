SELECT comment FROM system.tables WHERE database = '{database}' AND name = 'migrations_lock'
