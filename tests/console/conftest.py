"""One filled database for all of these tests, and a console for each."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from pipeline.settings import ClickHouseSettings, load
from sinks.clickhouse import connect
from tests.console.filled import fill
from tests.console.stand import Stand, nowhere, used
from tests.sinks.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.databases import Databases


@pytest.fixture(scope="session")
def history(databases: Databases) -> Iterator[ClickHouseSettings]:
    """A database with a little history in it, as analysts see it."""
    with databases.lent() as writer:
        with connect(writer) as client:
            asyncio.run(fill(Shelf(client, writer)))
        yield load(ClickHouseSettings, url=writer.url, database=writer.database)


@pytest.fixture
async def stand(history: ClickHouseSettings, tmp_path: Path) -> AsyncIterator[Stand]:
    async with used(history, tmp_path, nowhere()) as opened:
        yield opened
