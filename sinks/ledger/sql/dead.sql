SELECT DISTINCT origin_offset, origin_index
FROM {database}.dead_letters_store
WHERE origin_topic = {topic:String}
    AND origin_partition = {partition:Int32}
    AND origin_offset BETWEEN {first:Int64} AND {last:Int64}
