-- Twilio's error codes and their classes; every migrate run fills it from the shipped table.
CREATE TABLE IF NOT EXISTS {database}.error_codes
(
    code UInt32 COMMENT 'Twilio error code',
    error_class LowCardinality(String) COMMENT 'transient, permanent, opt_out, filtered, config, cap, fraud or other',
    level LowCardinality(String) COMMENT 'Twilio''s log level',
    product String COMMENT 'Product, where Twilio names one',
    name String COMMENT 'Twilio''s meaning'
)
ENGINE = ReplacingMergeTree
ORDER BY code
COMMENT 'Twilio error codes with their class and meaning';
