INSERT INTO {database:Identifier}.{name:Identifier}
SELECT * FROM {database:Identifier}.{name:Identifier} WHERE 0
