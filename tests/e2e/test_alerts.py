"""From windows to the view: an outage is paged with the right slice, ends, and is one row."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from pipeline.settings import ClickHouseSettings, KafkaSettings, PrivacySettings, SinkSettings, load
from pipeline.topics import ALERTS
from sinks.clickhouse import connect
from sinks.decoder import routes
from sinks.migrations import migrate
from sinks.run import SinkConfig, worker
from tests.processors.alerts.broker import OUTAGE, make_topics, produce, start, story

if TYPE_CHECKING:
    from pathlib import Path

    from local.clickhouse.process import ClickHouseProcess

DEADLINE_S = 60.0
SQL = """
    SELECT state, severity, country, usual_rate BETWEEN 0.03 AND 0.08, codes[1], likely,
        toUnixTimestamp(started_at), toUnixTimestamp(fired_at), toUnixTimestamp(resolved_at)
    FROM alerts WHERE kind = 'failures'"""


async def test_an_outage_is_one_row_of_the_view(
    kafka: str, clickhouse: ClickHouseProcess, tmp_path: Path
) -> None:
    name, records = f"alerts-{uuid.uuid4().hex[:8]}", story()
    settings = load(
        ClickHouseSettings,
        url=clickhouse.url,
        user=clickhouse.user,
        password=SecretStr(clickhouse.password),
        database=name.replace("-", "_"),
    )
    await asyncio.to_thread(migrate, settings)
    await make_topics(kafka, name)
    await produce(kafka, name, records, pause_s=0.0)
    process = start(kafka, name, tmp_path / "alerts.log")
    try:
        rows = await _stored(_config(kafka, name, settings))
    finally:
        process.terminate()
        process.wait()
        with connect(settings, database="default") as client:
            client.command(f"DROP DATABASE {settings.database}")
    ((*what, began, fired, resolved),) = rows
    assert what == ["resolved", "page", "DE", True, 30034, "configuration"]
    first = records[0][0] // 60_000
    assert abs(began // 60 - first - OUTAGE.start) <= 1
    assert 0 < fired // 60 - first - OUTAGE.start <= 5
    assert 0 < resolved // 60 - first - OUTAGE.stop <= 12


def _config(kafka: str, name: str, settings: ClickHouseSettings) -> SinkConfig:
    route = routes(load(PrivacySettings, hash_key=SecretStr("0123456789abcdef")))[ALERTS]
    return SinkConfig(
        load(KafkaSettings, bootstrap_servers=kafka),
        settings,
        load(SinkSettings, group_id=f"{name}-sink"),
        {f"{name}-out": route},
    )


async def _stored(config: SinkConfig) -> list[tuple[Any, ...]]:
    """Run a sink until the incident has ended; give its row."""
    deadline = time.monotonic() + DEADLINE_S
    async with worker(config) as loader:
        task = asyncio.create_task(loader.run(config.by_topic))
        rows: list[tuple[Any, ...]] = []
        while not any(row[0] == "resolved" for row in rows):
            assert time.monotonic() < deadline, rows
            await asyncio.sleep(0.2)
            rows = await asyncio.to_thread(_ask, config.clickhouse)
        loader.stop()
        await task
    return rows


def _ask(settings: ClickHouseSettings) -> list[tuple[Any, ...]]:
    with connect(settings) as client:
        return [tuple(row) for row in client.query(SQL).result_rows]
