SELECT
    notice_id AS id, toUnixTimestamp(notices.at) AS at, severity, rule, title, failures,
    account_sid AS account
FROM notices
ORDER BY notices.at DESC, id
LIMIT {most:UInt32}
