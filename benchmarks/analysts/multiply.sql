-- One more copy of the sample, earlier by {shift_ms} and with SIDs, ids and accounts of its own
-- ({digits} is another order of the hexadecimal digits). Rows go straight into the tables that
-- the views read, joined ones as joined.
INSERT INTO events_store SELECT * REPLACE (
    translate(account_sid, '0123456789abcdef', {owner:String}) AS account_sid,
    event_time - toIntervalMillisecond({shift_ms:Int64}) AS event_time,
    received_at - toIntervalMillisecond({shift_ms:Int64}) AS received_at,
    translate(dedup_id, '0123456789abcdef', {digits:String}) AS dedup_id,
    translate(subject_sid, '0123456789abcdef', {digits:String}) AS subject_sid,
    translate(to_hash, '0123456789abcdef', {digits:String}) AS to_hash,
    arrayFold(
        (text, sid) -> replaceAll(text, sid, translate(sid, '0123456789abcdef', {digits:String})),
        arrayDistinct(extractAll(payload, '(?:SM|MM|CA|VE|VL|EZ|VW|NO|"id":")[0-9a-f]{32,64}')),
        payload
    ) AS payload,
    kafka_offset + {copy:Int64} * 1000000 AS kafka_offset
)
FROM sample_events;

INSERT INTO messages_store SELECT * REPLACE (
    translate(account_sid, '0123456789abcdef', {owner:String}) AS account_sid,
    translate(message_sid, '0123456789abcdef', {digits:String}) AS message_sid,
    translate(verification_sid, '0123456789abcdef', {digits:String}) AS verification_sid,
    translate(to_hash, '0123456789abcdef', {digits:String}) AS to_hash,
    queued_at - toIntervalMillisecond({shift_ms:Int64}) AS queued_at,
    sent_at - toIntervalMillisecond({shift_ms:Int64}) AS sent_at,
    delivered_at - toIntervalMillisecond({shift_ms:Int64}) AS delivered_at,
    read_at - toIntervalMillisecond({shift_ms:Int64}) AS read_at,
    if(terminal = 0, terminal, terminal - bitShiftLeft(toUInt128({shift_ms:Int64}), 40)) AS terminal,
    last_received_at - toIntervalMillisecond({shift_ms:Int64}) AS last_received_at,
    arrayMap(each -> sipHash64(each, {copy:Int64}), event_hashes) AS event_hashes
)
FROM sample_messages;

INSERT INTO verifications_store SELECT * REPLACE (
    translate(account_sid, '0123456789abcdef', {owner:String}) AS account_sid,
    translate(verification_sid, '0123456789abcdef', {digits:String}) AS verification_sid,
    translate(to_hash, '0123456789abcdef', {digits:String}) AS to_hash,
    created_at - toIntervalMillisecond({shift_ms:Int64}) AS created_at,
    first_at - toIntervalMillisecond({shift_ms:Int64}) AS first_at,
    approved_at - toIntervalMillisecond({shift_ms:Int64}) AS approved_at,
    if(ending.2 = 0, ending, (ending.1 - {shift_ms:Int64}, ending.2)) AS ending,
    arrayMap(sid -> translate(sid, '0123456789abcdef', {digits:String}), attempt_sids) AS attempt_sids,
    last_received_at - toIntervalMillisecond({shift_ms:Int64}) AS last_received_at,
    arrayMap(each -> sipHash64(each, {copy:Int64}), event_hashes) AS event_hashes
)
FROM sample_verifications;

INSERT INTO calls_store SELECT * REPLACE (
    translate(account_sid, '0123456789abcdef', {owner:String}) AS account_sid,
    translate(call_sid, '0123456789abcdef', {digits:String}) AS call_sid,
    translate(to_hash, '0123456789abcdef', {digits:String}) AS to_hash,
    started_at - toIntervalMillisecond({shift_ms:Int64}) AS started_at,
    first_at - toIntervalMillisecond({shift_ms:Int64}) AS first_at,
    answered_at - toIntervalMillisecond({shift_ms:Int64}) AS answered_at,
    if(ending.2 = 0, ending, (ending.1 - {shift_ms:Int64}, ending.2)) AS ending,
    last_received_at - toIntervalMillisecond({shift_ms:Int64}) AS last_received_at,
    arrayMap(each -> sipHash64(each, {copy:Int64}), event_hashes) AS event_hashes
)
FROM sample_calls;

INSERT INTO errors_store SELECT * REPLACE (
    translate(account_sid, '0123456789abcdef', {owner:String}) AS account_sid,
    translate(dedup_id, '0123456789abcdef', {digits:String}) AS dedup_id,
    translate(resource_sid, '0123456789abcdef', {digits:String}) AS resource_sid,
    translate(correlation_sid, '0123456789abcdef', {digits:String}) AS correlation_sid,
    event_time - toIntervalMillisecond({shift_ms:Int64}) AS event_time
)
FROM sample_errors;

INSERT INTO outcomes_store SELECT * REPLACE (
    translate(account_sid, '0123456789abcdef', {owner:String}) AS account_sid,
    concat(id, '/', toString({copy:Int64})) AS id,
    translate(subject_sid, '0123456789abcdef', {digits:String}) AS subject_sid,
    translate(verification_sid, '0123456789abcdef', {digits:String}) AS verification_sid,
    translate(to_hash, '0123456789abcdef', {digits:String}) AS to_hash,
    sent_at - toIntervalMillisecond({shift_ms:Int64}) AS sent_at,
    decided_at - toIntervalMillisecond({shift_ms:Int64}) AS decided_at,
    kafka_offset + {copy:Int64} * 1000000 AS kafka_offset
)
FROM sample_outcomes;

INSERT INTO windows_store SELECT * REPLACE (
    translate(account_sid, '0123456789abcdef', {owner:String}) AS account_sid,
    window_start - toIntervalSecond(intDiv({shift_ms:Int64}, 1000)) AS window_start,
    kafka_offset + {copy:Int64} * 1000000 AS kafka_offset
)
FROM sample_windows;

INSERT INTO funnel_store SELECT * REPLACE (
    translate(account_sid, '0123456789abcdef', {owner:String}) AS account_sid,
    window_start - toIntervalSecond(intDiv({shift_ms:Int64}, 1000)) AS window_start,
    kafka_offset + {copy:Int64} * 1000000 AS kafka_offset
)
FROM sample_funnel;
