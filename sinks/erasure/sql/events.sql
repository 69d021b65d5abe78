ALTER TABLE {database}.events_store UPDATE
    to_hash = '', to_masked = '', from_address = if(from_hash = '', from_address, ''),
    from_hash = '', payload = '', tags = map()
WHERE (to_hash != '' OR from_hash != '')
    AND (to_hash IN {people:Array(String)} OR from_hash IN {people:Array(String)})
