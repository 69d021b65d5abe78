    -- Of ``sketch``, (buckets, counts): the processor's buckets grow by gamma, for 1 % of error.
    1.01 / 0.99 AS gamma,
    arrayCumSum(sketch.2) AS ranks,
    (share -> if(empty(ranks), NULL, 2 * pow(gamma, sketch.1[arrayFirstIndex(n -> n >= share * ranks[-1], ranks)]) / (gamma + 1))) AS quantile_ms
