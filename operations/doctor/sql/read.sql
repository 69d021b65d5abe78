SELECT 1 FROM {database:Identifier}.{name:Identifier} LIMIT 0
