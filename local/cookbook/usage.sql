-- What the examples' messages and verifications would have cost: the prices are invented.
INSERT INTO {database}.message_prices_store
    (message_sid, account_sid, service_sid, direction, channel, country, segments, sent_at, price, currency, read_at)
SELECT
    message_sid, account_sid, messaging_service_sid, 'outbound-api', channel, country, segments, sent_at,
    toDecimal128(greatest(segments, 1) * transform(country, ['US', 'BR', 'IN'], [0.0083, 0.0449, 0.0597], 0.0521), 10),
    'USD', toDateTime64('2026-06-02 06:00:00', 3, 'UTC')
FROM {database}.messages
WHERE channel = 'sms' AND sent_at IS NOT NULL;

INSERT INTO {database}.usage_store
    (day, account_sid, category, count, count_unit, usage, usage_unit, price, currency, read_at)
SELECT
    toDate(sent_at), account_sid, category, sum(pieces), unit, sum(pieces), unit, sum(paid), currency,
    max(read_at)
FROM
(
    SELECT sent_at, account_sid, 'sms-outbound' AS category, toDecimal128(segments, 6) AS pieces, 'segments' AS unit, price AS paid, currency, read_at
    FROM {database}.message_costs
    UNION ALL
    SELECT
        assumeNotNull(sent_at), account_sid, 'verify-voice-sms', toDecimal128(1, 6), 'attempts',
        toDecimal128(0.0521, 10), 'USD', toDateTime64('2026-06-02 06:00:00', 3, 'UTC')
    FROM {database}.verify_attempts
    WHERE sent_at IS NOT NULL
)
GROUP BY toDate(sent_at), account_sid, category, unit, currency;

INSERT INTO {database}.usage_store
    (day, account_sid, category, count, count_unit, usage, usage_unit, price, currency, read_at)
SELECT day, account_sid, 'totalprice', 0, '', sum(price), 'usd', sum(price), currency, max(read_at)
FROM {database}.usage
GROUP BY day, account_sid, currency;
