-- What there is to filter by, the busiest first.
SELECT kind, value
FROM
(
    SELECT
        multiIf(
            grouping(account_sid) = 0, 'accounts',
            grouping(country) = 0, 'countries',
            grouping(channel) = 0, 'channels',
            grouping(service_sid) = 0, 'services',
            'carriers'
        ) AS kind,
        multiIf(
            kind = 'accounts', toString(account_sid),
            kind = 'countries', toString(country),
            kind = 'channels', toString(channel),
            kind = 'services', toString(service_sid),
            toString(carrier)
        ) AS value,
        sum(sent) AS messages
    FROM windows_of(seconds = {step:UInt32}, by_carrier = 1)
    WHERE {shared:windows}
    GROUP BY GROUPING SETS ((account_sid), (country), (channel), (service_sid), (carrier))
)
WHERE value != ''
ORDER BY kind, messages DESC, value
LIMIT 200 BY kind
