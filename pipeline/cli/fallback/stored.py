"""Outcomes and plans as ClickHouse has them."""

from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any, Final

import msgspec
from clickhouse_connect.driver.client import Client

from pipeline.items.outcome import Outcome

_DAY_MS: Final = 86_400_000


def ask(client: Client, *names: str, **parameters: object) -> Sequence[dict[str, Any]]:
    """The rows that the named pieces of SQL find together."""
    package = files("pipeline.cli.fallback")
    sql = "\n".join(package.joinpath(f"{name}.sql").read_text("utf-8") for name in names)
    return list(client.query(sql, parameters=parameters).named_results())


def outcomes_about(client: Client, sid: str) -> list[Outcome]:
    """What was told of a message, verification or attempt, in the order it was heard."""
    rows = ask(client, "outcomes", "outcomes_about", sid=sid)
    return [msgspec.convert(row, Outcome) for row in rows]


def outcomes_between(client: Client, start: int, end: int) -> Iterator[Outcome]:
    """What was heard from ``start`` to before ``end`` (epoch ms), in order.

    Asked for a day at a time, so that memory stays bounded.
    """
    for day in range(start, end, _DAY_MS):
        until = min(day + _DAY_MS, end)
        for row in ask(client, "outcomes", "outcomes_between", start=day, end=until):
            yield msgspec.convert(row, Outcome)
