INSERT INTO {database}.events_inlet
SELECT
    dedup_id, event_time, event_type, product, account_sid, subject_sid, status, error_code,
    channel, country, carrier, sender_type, to_hash, to_masked, from_address,
    messaging_service_sid, verify_service_sid,
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
    AND kafka_topic = {topic:String}
    AND kafka_partition = {partition:Int32}
    AND kafka_offset BETWEEN {first:Int64} AND {last:Int64}
