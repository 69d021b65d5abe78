"""A truth of a few messages, and a database that can hold it rightly or wrongly."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import clickhouse_connect
import pytest
from clickhouse_connect.driver.asyncclient import AsyncClient

from local.clickhouse.process import ClickHouseProcess
from local.simulator.scenario import SCENARIOS
from local.simulator.traffic import Plan, stories
from local.simulator.truth_writer import TruthWriter
from local.truth.truth import Truth, read_truth
from pipeline.analyst import connect_analyst
from pipeline.settings import ClickHouseSettings, load
from tests.local.truth.stage import Stage

START = 1_767_225_600_000


@pytest.fixture(scope="session")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    path = tmp_path_factory.mktemp("truth") / "truth.ndjson"
    plan = Plan(seed=5, messages=200, rate=2, scenario=SCENARIOS["outage"], start=START)
    with path.open("wb") as file:
        writer = TruthWriter(file)
        for _, story in stories(plan):
            for event in story:
                writer.acknowledged(event)
        writer.finish()
    return read_truth(path)


@pytest.fixture
async def stage(clickhouse: ClickHouseProcess) -> AsyncIterator[Stage]:
    database = f"truth_{uuid4().hex}"
    async with AsyncExitStack() as stack:
        owner = await stack.enter_async_context(_writer(clickhouse))
        await owner.command(f"CREATE DATABASE {database}")
        stack.push_async_callback(owner.command, f"DROP DATABASE {database}")
        writer = await stack.enter_async_context(_writer(clickhouse, database))
        settings = load(ClickHouseSettings, url=clickhouse.url, database=database)
        analyst = await stack.enter_async_context(connect_analyst(settings))
        made = Stage(writer, analyst)
        await made.create_tables()
        yield made


@asynccontextmanager
async def _writer(
    server: ClickHouseProcess, database: str | None = None
) -> AsyncIterator[AsyncClient]:
    client = await clickhouse_connect.get_async_client(
        dsn=server.url, username=server.user, password=server.password, database=database
    )
    try:
        yield client
    finally:
        await client.close()
