INSERT INTO {database}.events_inlet
{shared:inlet}
    AND kafka_topic = {topic:String}
    AND kafka_partition = {partition:Int32}
    AND kafka_offset BETWEEN {first:Int64} AND {last:Int64}
