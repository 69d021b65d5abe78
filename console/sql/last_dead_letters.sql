SELECT
    toUnixTimestamp(received_at) AS at, kafka_topic AS topic, reason, source, detail
FROM dead_letters
ORDER BY received_at DESC
LIMIT 10
