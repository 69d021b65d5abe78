SELECT
    message_sid AS sid, account_sid AS account, outcome, toUnixTimestamp(messages.sent_at) AS sent_at,
    toUnixTimestamp(messages.finished_at) AS finished_at, country, channel, error_code,
    error_class, latency_ms, messaging_service_sid AS service, to_masked
FROM messages
WHERE message_sid = {sid:String} OR has({hashes:Array(String)}, to_hash)
ORDER BY last_received_at DESC, sid
LIMIT 100
