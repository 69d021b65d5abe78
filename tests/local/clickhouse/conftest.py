import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client

from local.clickhouse.process import ClickHouseProcess

Clients = tuple[Client, Client]
OwnDatabase = Callable[[], AbstractContextManager[Clients]]


@pytest.fixture(scope="session")
def own_database(clickhouse: ClickHouseProcess) -> OwnDatabase:
    """Open a writer and an analyst on a database of their own."""

    @contextmanager
    def open_clients() -> Iterator[Clients]:
        name = f"test_{uuid.uuid4().hex}"
        with connect(clickhouse, writer=True) as admin:
            admin.command(f"CREATE DATABASE {name}")
            with (
                connect(clickhouse, writer=True, database=name) as writer,
                connect(clickhouse, writer=False, database=name) as analyst,
            ):
                yield writer, analyst
            admin.command(f"DROP DATABASE {name}")

    return open_clients


@pytest.fixture
def clients(own_database: OwnDatabase) -> Iterator[Clients]:
    with own_database() as both:
        yield both


@pytest.fixture
def writer(clients: Clients) -> Client:
    return clients[0]


@pytest.fixture
def analyst(clients: Clients) -> Client:
    return clients[1]


def connect(server: ClickHouseProcess, *, writer: bool, database: str = "default") -> Client:
    return clickhouse_connect.get_client(
        host="127.0.0.1",
        port=server.port,
        username=server.user if writer else "default",
        password=server.password if writer else "",
        database=database,
        autogenerate_session_id=False,
    )
