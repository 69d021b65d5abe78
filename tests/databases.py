"""Migrated databases that tests use one after the other: migrating takes longer than most tests."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from sinks.clickhouse import connect
from sinks.migrations import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clickhouse_connect.driver.client import Client

    from pipeline.settings import ClickHouseSettings

_TABLES: Final = """
SELECT name, engine LIKE '%MergeTree', create_table_query FROM system.tables
WHERE database = currentDatabase() ORDER BY name
"""


class _Table(NamedTuple):
    """How a table, view or dictionary was made, and its rows: how many and a sum over them."""

    made: str
    rows: int
    content: str


class Databases:
    """Gives a database to one test at a time; one that can't be made as new is dropped."""

    def __init__(self, server: ClickHouseSettings) -> None:
        self._server = server
        self._free: list[ClickHouseSettings] = []
        self._new: dict[str, dict[str, _Table]] = {}

    @contextmanager
    def lent(self) -> Iterator[ClickHouseSettings]:
        """Give a migrated database with nothing in it but what migrating puts there."""
        settings = self._take()
        yield settings
        self._put_back(settings)

    def _take(self) -> ClickHouseSettings:
        if self._free:
            return self._free.pop()
        settings = self._server.model_copy(update={"database": f"t{uuid.uuid4().hex}"})
        migrate(settings)
        with connect(settings) as client:
            self._new[settings.database] = _look(client)
        return settings

    def _put_back(self, settings: ClickHouseSettings) -> None:
        """Empty it for the next test, or drop it where the test has changed more than rows."""
        with connect(settings, database="default") as client:
            if self._emptied(client, settings):
                self._free.append(settings)
            else:
                client.command(f"DROP DATABASE IF EXISTS {settings.database}")

    def _emptied(self, client: Client, settings: ClickHouseSettings) -> bool:
        if not client.command(f"EXISTS DATABASE {settings.database}"):
            return False
        before = self._new[settings.database]
        with connect(settings) as inside:
            for name, table in before.items():
                if table.content and not table.rows:
                    inside.command(f"TRUNCATE TABLE IF EXISTS {name}")
            return _look(inside) == before


def told_to_commands(settings: ClickHouseSettings) -> dict[str, str]:
    """The variables by which commands find the database."""
    own = {name: getattr(settings, name) for name in ("url", "user", "database")}
    own["password"] = settings.password.get_secret_value()
    return {f"TWILIO_PIPELINE_CLICKHOUSE_{name.upper()}": value for name, value in own.items()}


def _look(client: Client) -> dict[str, _Table]:
    found: dict[str, _Table] = {}
    for name, stored, made in client.query(_TABLES).result_rows:
        rows, content = 0, ""
        if stored:
            sql = f"SELECT count(), toString(sum(cityHash64(*))) FROM {name}"  # noqa: S608  ours
            ((rows, content),) = client.query(sql).result_rows
        found[name] = _Table(made, rows, str(content))
    return found
