SELECT count() FROM system.tables WHERE database = '{database}' AND name = 'migrations'
