"""One filled database for all of these tests, and a console for each."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from pipeline.settings import ClickHouseSettings, load
from sinks.clickhouse import connect
from sinks.migrations import migrate
from tests.console.filled import fill
from tests.console.stand import Stand, nowhere, used
from tests.sinks.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from local.clickhouse.process import ClickHouseProcess


@pytest.fixture(scope="session")
def history(clickhouse: ClickHouseProcess) -> Iterator[ClickHouseSettings]:
    """A database with a little history in it, as analysts see it."""
    writer = load(
        ClickHouseSettings,
        url=clickhouse.url,
        user=clickhouse.user,
        password=SecretStr(clickhouse.password),
        database=f"console{uuid.uuid4().hex}",
    )
    migrate(writer)
    with connect(writer) as client:
        asyncio.run(fill(Shelf(client, writer)))
    yield load(ClickHouseSettings, url=clickhouse.url, database=writer.database)
    with connect(writer, database="default") as client:
        client.command(f"DROP DATABASE {writer.database}")


@pytest.fixture
async def stand(history: ClickHouseSettings, tmp_path: Path) -> AsyncIterator[Stand]:
    async with used(history, tmp_path, nowhere()) as opened:
        yield opened
