SELECT name, checksum FROM {database}.migrations ORDER BY name, applied_at
