INSERT INTO {database}.messages_inlet
SELECT
    dedup_id, event_time, account_sid, subject_sid, status, error_code, channel, country,
    to_hash, to_masked, messaging_service_sid
FROM {database}.events_store
WHERE startsWith(event_type, 'com.twilio.messaging.message.')
    AND status IN ('queued', 'sent', 'delivered', 'undelivered', 'failed', 'canceled', 'read')
    AND kafka_topic = {topic:String}
    AND kafka_partition = {partition:Int32}
    AND kafka_offset BETWEEN {first:Int64} AND {last:Int64}
