-- The three roles of the database `twilio`. Run once as a user with access management, after the
-- first `twilio-pipeline migrate`, and again after an upgrade that brings new views:
--   clickhouse-client --multiquery < deploy/clickhouse/roles.sql
-- Then make users, for instance:
--   CREATE USER analyst IDENTIFIED WITH sha256_password BY '...' DEFAULT ROLE twilio_analyst;

-- Migrates, applies retention, erases, and is the only one to read clear numbers. The views it
-- makes run as itself: whoever may read a view need not (and must not) read what is behind it.
CREATE ROLE IF NOT EXISTS twilio_admin;
GRANT ALL ON twilio.* TO twilio_admin;
GRANT SELECT ON system.* TO twilio_admin;
GRANT REMOTE ON *.* TO twilio_admin;
-- For ON CLUSTER, on a cluster of replicas.
GRANT CLUSTER ON *.* TO twilio_admin;

-- The sink: inserts, and reads what it needs to insert nothing twice.
CREATE ROLE IF NOT EXISTS twilio_writer;
ALTER ROLE twilio_writer SETTINGS max_execution_time = 120 MAX 120, max_memory_usage = 8589934592 MAX 8589934592;
GRANT SELECT, INSERT, SHOW COLUMNS ON twilio.* TO twilio_writer;
REVOKE SELECT ON twilio.clear_numbers FROM twilio_writer;
GRANT SELECT ON system.tables TO twilio_writer;

-- Analysts: views, dictionaries and reference data, within limits. Without grants on sources
-- (FILE, URL, REMOTE, S3 and so on) nothing outside the database can be reached.
CREATE ROLE IF NOT EXISTS twilio_analyst;
ALTER ROLE twilio_analyst SETTINGS readonly = 2 READONLY, max_execution_time = 30 MIN 1 MAX 30, max_result_rows = 1000000 MIN 1 MAX 1000000, max_memory_usage = 4294967296 MIN 1 MAX 4294967296;
GRANT SELECT ON twilio.alert_deliveries TO twilio_analyst;
GRANT SELECT ON twilio.alert_silences TO twilio_analyst;
GRANT SELECT ON twilio.alert_transitions TO twilio_analyst;
GRANT SELECT ON twilio.alerts TO twilio_analyst;
GRANT SELECT ON twilio.calls TO twilio_analyst;
GRANT SELECT ON twilio.countries TO twilio_analyst;
GRANT SELECT ON twilio.country TO twilio_analyst;
GRANT SELECT ON twilio.dead_letter_actions TO twilio_analyst;
GRANT SELECT ON twilio.dead_letters TO twilio_analyst;
GRANT SELECT ON twilio.delivery_latencies TO twilio_analyst;
GRANT SELECT ON twilio.delivery_windows TO twilio_analyst;
GRANT SELECT ON twilio.delivery_windows_by_carrier TO twilio_analyst;
GRANT SELECT ON twilio.error_code TO twilio_analyst;
GRANT SELECT ON twilio.error_codes TO twilio_analyst;
GRANT SELECT ON twilio.errors TO twilio_analyst;
GRANT SELECT ON twilio.event_type TO twilio_analyst;
GRANT SELECT ON twilio.event_types TO twilio_analyst;
GRANT SELECT ON twilio.events TO twilio_analyst;
GRANT SELECT ON twilio.events_by_type TO twilio_analyst;
GRANT SELECT ON twilio.fallback_steps TO twilio_analyst;
GRANT SELECT ON twilio.fallbacks TO twilio_analyst;
GRANT SELECT ON twilio.former_hashes TO twilio_analyst;
GRANT SELECT ON twilio.funnel_of TO twilio_analyst;
GRANT SELECT ON twilio.message_costs TO twilio_analyst;
GRANT SELECT ON twilio.messages TO twilio_analyst;
GRANT SELECT ON twilio.messages_of TO twilio_analyst;
GRANT SELECT ON twilio.migrations TO twilio_analyst;
GRANT SELECT ON twilio.network_countries TO twilio_analyst;
GRANT SELECT ON twilio.network_country TO twilio_analyst;
GRANT SELECT ON twilio.notices TO twilio_analyst;
GRANT SELECT ON twilio.outcomes TO twilio_analyst;
GRANT SELECT ON twilio.usage TO twilio_analyst;
GRANT SELECT ON twilio.verifications TO twilio_analyst;
GRANT SELECT ON twilio.verify_attempts TO twilio_analyst;
GRANT SELECT ON twilio.verify_funnel TO twilio_analyst;
GRANT SELECT ON twilio.windows_of TO twilio_analyst;
GRANT dictGet ON twilio.country TO twilio_analyst;
GRANT dictGet ON twilio.error_code TO twilio_analyst;
GRANT dictGet ON twilio.event_type TO twilio_analyst;
GRANT dictGet ON twilio.network_country TO twilio_analyst;
