-- Outcomes as the processor told them, but for the number, in whose place its hash stands.
SELECT
    id, kind, product, subject_sid, account_sid, service_sid, verification_sid,
    verification_status,
    ifNull(toUnixTimestamp64Milli(outcomes.verification_started_at), 0)
        AS verification_started_at,
    channel, country, error_code, error_class, to_hash AS to,
    ifNull(toUnixTimestamp64Milli(outcomes.sent_at), 0) AS sent_at,
    toUnixTimestamp64Milli(outcomes.decided_at) AS decided_at,
    toUnixTimestamp64Milli(outcomes.received_at) AS received_at,
    has_fallback, tags, source_topic, source_partition, source_offset
FROM outcomes
