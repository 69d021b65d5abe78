"""Kafka to ClickHouse: every acknowledged event stored exactly once."""
