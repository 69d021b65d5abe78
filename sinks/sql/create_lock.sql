CREATE TABLE {database}.migrations_lock
(
    nothing UInt8
)
ENGINE = MergeTree
ORDER BY nothing
COMMENT '{holder}'
