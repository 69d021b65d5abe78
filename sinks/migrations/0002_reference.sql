-- What is known from outside: every migrate run fills these tables from the shipped lists, and
-- makes the dictionaries of the same content.
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

CREATE TABLE IF NOT EXISTS {database}.event_types
(
    event_type String COMMENT 'Twilio''s event type',
    twilio_product LowCardinality(String) COMMENT 'Product as Twilio''s catalogue names it',
    twilio_group String COMMENT 'Group of types as Twilio''s catalogue names it',
    stage LowCardinality(String) COMMENT 'available, deprecated, restricted, discontinued and so on'
)
ENGINE = ReplacingMergeTree
ORDER BY event_type
COMMENT 'Twilio''s catalogue of event types';

CREATE TABLE IF NOT EXISTS {database}.countries
(
    country String COMMENT 'ISO 3166 alpha-2',
    name String COMMENT 'Usual English name'
)
ENGINE = ReplacingMergeTree
ORDER BY country
COMMENT 'Countries with their names';

CREATE TABLE IF NOT EXISTS {database}.network_countries
(
    mcc String COMMENT 'Mobile country code',
    country String COMMENT 'ISO 3166 alpha-2; the main one where small neighbours share a code'
)
ENGINE = ReplacingMergeTree
ORDER BY mcc
COMMENT 'Countries of mobile networks';

-- What views must know of how the processors were set up, as of the last migrate run.
CREATE TABLE IF NOT EXISTS {database}.processor_settings
(
    name String,
    value Int64,
    told_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(told_at)
ORDER BY name;
