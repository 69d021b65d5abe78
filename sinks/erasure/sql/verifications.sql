ALTER TABLE {database}.verifications_store UPDATE to_hash = '', to_masked = ''
WHERE to_hash IN {people:Array(String)}
