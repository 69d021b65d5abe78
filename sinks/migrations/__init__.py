"""The ClickHouse schema as numbered SQL files, and what applies them."""

from sinks.migrations.runner import migrate, pending

__all__ = ["migrate", "pending"]
