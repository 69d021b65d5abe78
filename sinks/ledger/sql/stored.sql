SELECT kafka_offset, kafka_index, count()
FROM {database}.events_store
WHERE kafka_topic = {topic:String}
    AND kafka_partition = {partition:Int32}
    AND kafka_offset BETWEEN {first:Int64} AND {last:Int64}
GROUP BY kafka_offset, kafka_index
