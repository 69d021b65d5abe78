CREATE TABLE IF NOT EXISTS {database}.migrations_lock
(
    free UInt64
)
ENGINE = MergeTree
ORDER BY tuple()
COMMENT 'Whoever migrates has given the column a name of its own'
