ALTER TABLE {database}.former_hashes_store DELETE
WHERE to_hash IN {people:Array(String)} OR former_hash IN {people:Array(String)}
