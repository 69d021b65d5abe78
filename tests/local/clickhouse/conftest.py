import uuid
from collections.abc import Iterator

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client

from local.clickhouse.process import ClickHouseProcess


@pytest.fixture
def database(clickhouse: ClickHouseProcess) -> Iterator[str]:
    """A database of the test's own."""
    name = f"test_{uuid.uuid4().hex}"
    with connect(clickhouse, writer=True) as client:
        client.command(f"CREATE DATABASE {name}")
        yield name
        client.command(f"DROP DATABASE {name}")


@pytest.fixture
def writer(clickhouse: ClickHouseProcess, database: str) -> Iterator[Client]:
    with connect(clickhouse, writer=True, database=database) as client:
        yield client


@pytest.fixture
def analyst(clickhouse: ClickHouseProcess, database: str) -> Iterator[Client]:
    with connect(clickhouse, writer=False, database=database) as client:
        yield client


def connect(server: ClickHouseProcess, *, writer: bool, database: str = "default") -> Client:
    return clickhouse_connect.get_client(
        host="127.0.0.1",
        port=server.port,
        username=server.user if writer else "default",
        password=server.password if writer else "",
        database=database,
        autogenerate_session_id=False,
    )
