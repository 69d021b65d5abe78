ALTER TABLE {database}.outcomes_store UPDATE to_hash = '', to_masked = '', tags = map()
WHERE to_hash IN {people:Array(String)}
