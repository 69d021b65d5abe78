-- Shown without the password by ClickHouse. A name differs from its table's: both are tables.
CREATE OR REPLACE DICTIONARY {database}.error_code
(
    code UInt64,
    error_class String DEFAULT 'other',
    level String,
    product String,
    name String
)
PRIMARY KEY code
SOURCE(CLICKHOUSE({login} QUERY 'SELECT code, error_class, level, product, name FROM {database}.error_codes FINAL'))
LAYOUT(HASHED())
LIFETIME(MIN 300 MAX 900)
COMMENT 'Twilio error codes with their class and meaning, by code';

CREATE OR REPLACE DICTIONARY {database}.event_type
(
    event_type String,
    twilio_product String,
    twilio_group String,
    stage String
)
PRIMARY KEY event_type
SOURCE(CLICKHOUSE({login} QUERY 'SELECT event_type, twilio_product, twilio_group, stage FROM {database}.event_types FINAL'))
LAYOUT(COMPLEX_KEY_HASHED())
LIFETIME(MIN 300 MAX 900)
COMMENT 'Twilio''s catalogue of event types, by type';

CREATE OR REPLACE DICTIONARY {database}.country
(
    country String,
    name String
)
PRIMARY KEY country
SOURCE(CLICKHOUSE({login} QUERY 'SELECT country, name FROM {database}.countries FINAL'))
LAYOUT(COMPLEX_KEY_HASHED())
LIFETIME(MIN 300 MAX 900)
COMMENT 'Names of countries, by ISO 3166 alpha-2';

CREATE OR REPLACE DICTIONARY {database}.network_country
(
    mcc String,
    country String
)
PRIMARY KEY mcc
SOURCE(CLICKHOUSE({login} QUERY 'SELECT mcc, country FROM {database}.network_countries FINAL'))
LAYOUT(COMPLEX_KEY_HASHED())
LIFETIME(MIN 300 MAX 900)
COMMENT 'Country (ISO 3166 alpha-2) of a mobile country code, the first three digits of a carrier';
