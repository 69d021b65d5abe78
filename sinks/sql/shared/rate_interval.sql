    -- Of ``successes`` among ``known``: the rate and its 95 % Wilson interval, NULL where none is.
    1.959963984540054 AS z,
    successes / nullIf(known, 0) AS rate,
    (rate + z * z / (2 * known)) / (1 + z * z / known) AS center,
    z * sqrt(rate * (1 - rate) / known + z * z / (4 * known * known)) / (1 + z * z / known) AS reach,
    if(known = 0, NULL, greatest(0, center - reach)) AS wilson_low,
    if(known = 0, NULL, least(1, center + reach)) AS wilson_high
