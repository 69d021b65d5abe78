SELECT DISTINCT account_sid, product, dedup_id
FROM {database}.events_store
WHERE (account_sid, product, dedup_id) IN {wanted:Array(Tuple(String, String, String))}
