"""An engine of the benchmark's own, with the schema, that goes away afterwards."""

import asyncio
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from benchmarks.stage import child, until
from local.clickhouse.process import ClickHouseProcess
from local.ports import free_port
from pipeline.settings import ClickHouseSettings, load
from sinks.migrations import migrate


@contextmanager
def engine() -> Iterator[ClickHouseSettings]:
    """Run it while the block lasts, and give the administrator's settings."""
    with tempfile.TemporaryDirectory() as name, served(Path(name)) as settings:
        migrate(settings)
        yield settings


@contextmanager
def served(folder: Path) -> Iterator[ClickHouseSettings]:
    """Serve the data of a folder while the block lasts."""
    server = ClickHouseProcess(folder / "data", free_port(), "writer", secrets.token_hex(8))
    with child(server.argv, server.environment, folder / "clickhouse.log"):
        asyncio.run(until(lambda: asyncio.run(server.ready()), "ClickHouse"))
        yield load(
            ClickHouseSettings,
            url=server.url,
            user=server.user,
            password=SecretStr(server.password),
        )
