    SELECT
        'message' AS kind, message_sid AS sid, '' AS verification_sid, account_sid,
        toString(messaging_service_sid) AS service_sid, toString(channel) AS channel,
        toString(country) AS country, to_hash, to_masked,
        coalesce(queued_at, sent_at, finished_at, read_at) AS at, sent_at, finished_at, read_at,
        toString(outcome) AS outcome, error_code, toString(error_class) AS error_class, events,
        contradictory
    FROM messages
    UNION ALL
    SELECT
        'attempt', attempt_sid, verification_sid, account_sid, toString(service_sid),
        toString(channel), toString(country), to_hash, to_masked,
        coalesce(sent_at, finished_at, read_at), sent_at, finished_at, read_at,
        toString(outcome), error_code, toString(error_class), events, contradictory
    FROM verify_attempts
    UNION ALL
    SELECT
        'verification', verification_sid, verification_sid, toString(account_sid),
        toString(service_sid), arrayStringConcat(channels, ','), toString(country), to_hash,
        to_masked, toNullable(started_at), toNullable(started_at), finished_at, NULL,
        toString(status), error_code, '', events, contradictory
    FROM verifications
    UNION ALL
    SELECT
        'call', call_sid, '', toString(account_sid), '', 'voice', toString(country), to_hash,
        to_masked, toNullable(started_at), toNullable(started_at), ended_at, NULL,
        toString(outcome), error_code, '', events, contradictory
    FROM calls
