WITH (SELECT count() FROM events) AS events
SELECT table, column, sum(column_data_compressed_bytes) / events AS bytes
FROM system.parts_columns
WHERE active AND database = currentDatabase() AND endsWith(table, '_store')
GROUP BY table, column
ORDER BY bytes DESC
