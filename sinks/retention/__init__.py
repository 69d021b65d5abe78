"""How long ClickHouse keeps what: the settings as TTLs, compared with what is there."""

from sinks.retention.clickhouse import apply, found
from sinks.retention.rules import Rule, rules

__all__ = ["Rule", "apply", "found", "rules"]
