-- Clear numbers stand here and nowhere else, for a while, and one role may read them. The sink
-- writes a person's row again when it has not for an hour, so ``seen_at`` lags by at most that.
CREATE TABLE IF NOT EXISTS {database}.clear_numbers
(
    to_hash String CODEC(ZSTD),
    number String CODEC(ZSTD),
    seen_at DateTime('UTC') CODEC(Delta, ZSTD)
)
ENGINE = ReplacingMergeTree(seen_at)
ORDER BY to_hash
TTL seen_at + INTERVAL 30 DAY;

-- What a person seen since the hash key was changed was called before.
CREATE TABLE IF NOT EXISTS {database}.former_hashes_store
(
    former_hash String CODEC(ZSTD),
    to_hash String CODEC(ZSTD),
    seen_at DateTime('UTC') CODEC(Delta, ZSTD)
)
ENGINE = ReplacingMergeTree(seen_at)
ORDER BY former_hash;

CREATE OR REPLACE VIEW {database}.former_hashes
(
    former_hash String COMMENT 'to_hash of rows stored before the hash key was changed',
    to_hash String COMMENT 'to_hash of the same person since then',
    seen_at DateTime('UTC') COMMENT 'When the person was last seen'
)
AS SELECT former_hash, to_hash, seen_at
FROM {database}.former_hashes_store FINAL
COMMENT 'One row per person seen since the hash key was changed and each hash from before';

-- Who asked to be forgotten, by hash, and when: the sink stores what happened before without the
-- person, should it come once more.
CREATE TABLE IF NOT EXISTS {database}.erasures
(
    to_hash String CODEC(ZSTD),
    erased_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD)
)
ENGINE = ReplacingMergeTree(erased_at)
ORDER BY to_hash;

-- Hashes of the numbers that stand in a dead letter, so that a person's can be found.
ALTER TABLE {database}.dead_letters_store ADD COLUMN IF NOT EXISTS people Array(String) CODEC(ZSTD) AFTER original;

-- Retention counts from when a row was last stored where the row has no time of receipt.
ALTER TABLE {database}.messages_store ADD COLUMN IF NOT EXISTS stored_at SimpleAggregateFunction(max, DateTime('UTC')) DEFAULT now() CODEC(Delta, ZSTD);
ALTER TABLE {database}.verifications_store ADD COLUMN IF NOT EXISTS stored_at SimpleAggregateFunction(max, DateTime('UTC')) DEFAULT now() CODEC(Delta, ZSTD);
ALTER TABLE {database}.calls_store ADD COLUMN IF NOT EXISTS stored_at SimpleAggregateFunction(max, DateTime('UTC')) DEFAULT now() CODEC(Delta, ZSTD);
ALTER TABLE {database}.errors_store ADD COLUMN IF NOT EXISTS stored_at DateTime('UTC') DEFAULT now() CODEC(Delta, ZSTD);
ALTER TABLE {database}.windows_store ADD COLUMN IF NOT EXISTS stored_at DateTime('UTC') DEFAULT now() CODEC(Delta, ZSTD);
ALTER TABLE {database}.funnel_store ADD COLUMN IF NOT EXISTS stored_at DateTime('UTC') DEFAULT now() CODEC(Delta, ZSTD);
ALTER TABLE {database}.outcomes_store ADD COLUMN IF NOT EXISTS stored_at DateTime('UTC') DEFAULT now() CODEC(Delta, ZSTD);
