"""ClickHouse's schema against the migrations that came with this version."""

import asyncio
from typing import Final

from operations.doctor.finding import Finding
from pipeline.settings import ClickHouseSettings
from sinks.migrations import pending
from sinks.migrations.scripts import shipped

NAME: Final = "clickhouse.schema"


async def look_at_schema(clickhouse: ClickHouseSettings) -> list[Finding]:
    """ConfigurationError when the database is of a newer version, or its history was changed."""
    lacking = await asyncio.to_thread(pending, clickhouse)
    scripts = shipped()
    if not lacking:
        seen = f"database {clickhouse.database} has all {len(scripts)} migrations"
        return [Finding(NAME, "ok", seen)]
    seen = f"database {clickhouse.database} lacks {len(lacking)}, first {lacking[0].name}"
    return [Finding(NAME, "fail", seen, "run `twilio-pipeline migrate`")]
