ALTER TABLE {database}.calls_store UPDATE to_hash = '', to_masked = '', from_address = ''
WHERE (to_hash IN {people:Array(String)} AND to_hash != '')
    OR (
        from_address != ''
        AND call_sid IN (
            SELECT subject_sid FROM {database}.events_store
            WHERE product = 'voice' AND from_hash IN {people:Array(String)}
        )
    )
