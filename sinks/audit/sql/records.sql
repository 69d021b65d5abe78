WITH (time -> concat(replaceOne(toString(time), ' ', 'T'), 'Z')) AS text
SELECT
    kind, sid, verification_sid, account_sid, service_sid, channel, country, to_hash, to_masked,
    {number} AS number,
    text(assumeNotNull(at)), text(sent_at), text(finished_at), text(read_at),
    outcome, error_code, error_class, events, toBool(contradictory)
FROM
(
{subjects}
) AS subjects
{join}
WHERE at >= fromUnixTimestamp64Milli({start:Int64}, 'UTC')
    AND at < fromUnixTimestamp64Milli({end:Int64}, 'UTC')
ORDER BY at, kind, sid
