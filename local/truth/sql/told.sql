SELECT
    id,
    toString(kind) AS kind,
    subject_sid,
    verification_sid,
    toString(verification_status) AS verification_status,
    toUInt32(error_code) AS error_code
FROM outcomes
WHERE account_sid IN {accounts:Array(String)}
  AND cityHash64(subject_sid) % {parts:UInt32} = {part:UInt32}
