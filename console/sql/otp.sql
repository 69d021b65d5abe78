-- The funnel by start time, by what it can be divided by, and as a whole.
SELECT
    multiIf(
        grouping(t) = 0, 't',
        grouping(channel) = 0, 'channel',
        grouping(country) = 0, 'country',
        grouping(service_sid) = 0, 'service',
        'all'
    ) AS kind,
    toUnixTimestamp(window_start) AS t,
    multiIf(
        kind = 'channel', toString(channel),
        kind = 'country', toString(country),
        kind = 'service', toString(service_sid),
        ''
    ) AS key,
    sum(funnel.started) AS started,
    sum(funnel.pending) AS pending,
    sum(funnel.delivered) AS delivered,
    sum(funnel.approved) AS approved,
    sum(funnel.canceled) AS canceled,
    sum(funnel.expired) AS expired,
    sum(funnel.max_attempts) AS max_attempts
FROM funnel_of(seconds = {step:UInt32}) AS funnel
WHERE {shared:windows}
    AND (empty({accounts:Array(String)}) OR has({accounts:Array(String)}, account_sid))
    AND (empty({countries:Array(String)}) OR has({countries:Array(String)}, country))
    AND (empty({channels:Array(String)}) OR has({channels:Array(String)}, channel))
    AND (empty({services:Array(String)}) OR has({services:Array(String)}, service_sid))
GROUP BY GROUPING SETS ((t), (channel), (country), (service_sid), ())
ORDER BY kind, started DESC, t, key
LIMIT 2000 BY kind
