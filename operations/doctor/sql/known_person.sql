SELECT number, to_hash FROM {database:Identifier}.clear_numbers ORDER BY seen_at DESC LIMIT 1
