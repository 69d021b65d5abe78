SELECT
    dedup_id, event_time, event_type, product, account_sid, subject_sid, status, error_code,
    channel, country, carrier, sender_type, to_hash, to_masked, from_address,
    messaging_service_sid, verify_service_sid,
    -- The quick look is enough for a number, and the frequent product's events can't wait.
    if(
        product = 'verify',
        simpleJSONExtractUInt(payload, 'number_segments'),
        simpleJSONExtractUInt(payload, 'numberOfSegments')
    ) AS segments,
    received_at,
    multiIf(
        product = 'messaging', '',
        JSONType(payload, 'data') = 'String', JSONExtractString(payload, 'data'),
        JSONExtractRaw(payload, 'data')
    ) AS data
FROM {database}.events_store
WHERE product IN ('messaging', 'verify', 'voice', 'errors')
