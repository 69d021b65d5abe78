CREATE TABLE IF NOT EXISTS {database}.migrations
(
    name String COMMENT 'File of the migration, without its ending',
    checksum String COMMENT 'SHA-256 of the file as it was applied',
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When'
)
ENGINE = MergeTree
ORDER BY name
COMMENT 'Migrations that were applied'
