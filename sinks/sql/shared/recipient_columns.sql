    to_hash String COMMENT 'Keyed hash of the recipient; the same person has the same hash',
    to_masked String COMMENT 'Recipient with the middle hidden',
    events UInt64 COMMENT 'Distinct events seen',
    contradictory Bool COMMENT 'More than one terminal status, or read after a failure',
    carrier LowCardinality(String) COMMENT 'MCC and MNC of the recipient''s network; empty where not told',
    sender_type LowCardinality(String) COMMENT 'long_code, toll_free, short_code, alphanumeric or a channel',
    segments UInt16 COMMENT 'Parts it was sent in, what is paid for; 0 where not told',
    last_received_at DateTime64(3, 'UTC') COMMENT 'When the webhook received the last event or repetition of one'
