ALTER TABLE {database}.clear_numbers DELETE
WHERE to_hash IN {people:Array(String)}
