ALTER TABLE {table} MODIFY COLUMN {column} TTL {ttl}
