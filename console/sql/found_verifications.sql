SELECT
    verification_sid AS sid, account_sid AS account, status AS outcome,
    toUnixTimestamp(started_at) AS sent_at,
    toUnixTimestamp(verifications.finished_at) AS finished_at, country, first_channel AS channel,
    error_code, attempts, checks, seconds_to_approve, service_sid AS service, to_masked
FROM verifications
WHERE verification_sid = {sid:String}
    OR has({hashes:Array(String)}, to_hash)
    OR verification_sid IN (
        SELECT verification_sid FROM verify_attempts WHERE attempt_sid = {sid:String}
    )
ORDER BY last_received_at DESC, sid
LIMIT 100
