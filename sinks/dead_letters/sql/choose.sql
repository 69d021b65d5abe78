WITH
    -- Letters about a record that was a replay: it failed again.
    failures AS (
        SELECT actions.origin AS first, letters.origin AS again
        FROM dead_letter_actions_store AS actions
        INNER JOIN dead_letters_store AS letters
            ON letters.origin_topic = actions.to_topic
            AND letters.origin_partition = actions.to_partition
            AND letters.origin_offset = actions.to_offset
        WHERE actions.action = 'replayed'
    )
SELECT
    letters.origin AS origin, reason, detail, source, origin_topic, origin_partition,
    toUnixTimestamp64Milli(received_at) AS received_ms, length(original) AS bytes,
    kafka_topic, kafka_partition, kafka_offset, kafka_index,
    multiIf(
        done.last = 'discarded', 'discarded',
        failed.again != '', 'failed again',
        done.last = 'replayed', 'replayed',
        done.last = 'replaying', 'unsure',
        'new'
    ) AS state,
    parents.first AS replay_of
FROM dead_letters_store AS letters FINAL
LEFT JOIN (
    SELECT origin, argMax(action, (acted_at, action = 'replayed')) AS last
    FROM dead_letter_actions_store GROUP BY origin
) AS done ON done.origin = letters.origin
LEFT JOIN (SELECT first, any(again) AS again FROM failures GROUP BY first) AS failed
    ON failed.first = letters.origin
LEFT JOIN (SELECT again, any(first) AS first FROM failures GROUP BY again) AS parents
    ON parents.again = letters.origin
WHERE (empty({origins:Array(String)}) OR has({origins:Array(String)}, letters.origin))
    AND (empty({reasons:Array(String)}) OR has({reasons:Array(String)}, toString(reason)))
    AND (empty({topics:Array(String)}) OR has({topics:Array(String)}, toString(origin_topic)))
    AND (empty({sources:Array(String)}) OR has({sources:Array(String)}, toString(source)))
    AND received_at >= fromUnixTimestamp64Milli({since:Int64})
    AND received_at < fromUnixTimestamp64Milli({until:Int64})
    AND (empty({states:Array(String)}) OR has({states:Array(String)}, state))
ORDER BY received_at, letters.origin
LIMIT {limit:UInt32}
SETTINGS join_use_nulls = 0
