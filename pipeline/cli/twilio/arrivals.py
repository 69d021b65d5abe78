"""Test events as ClickHouse has them: the end of the way that an event takes."""

import asyncio
import time
from importlib.resources import files
from typing import Final

from clickhouse_connect.driver.client import Client

from pipeline.settings import ClickHouseSettings
from sinks.clickhouse import connect, translated

_BETWEEN_LOOKS_S: Final = 0.25


def arrived(settings: ClickHouseSettings, account_sid: str) -> set[str]:
    """The ids of an account's test events; raises when ClickHouse does not answer or refuses."""
    with connect(settings) as client, translated(settings):
        return _test_ids(client, account_sid)


async def next_arrival(
    settings: ClickHouseSettings, account_sid: str, before: set[str], patience_s: float
) -> str | None:
    """The id of a test event that was not there before; None when none comes in time."""
    deadline = time.monotonic() + patience_s
    with connect(settings) as client, translated(settings):
        while time.monotonic() < deadline:
            fresh = await asyncio.to_thread(_test_ids, client, account_sid) - before
            if fresh:
                return min(fresh)
            await asyncio.sleep(_BETWEEN_LOOKS_S)
    return None


def _test_ids(client: Client, account_sid: str) -> set[str]:
    sql = files("pipeline.cli.twilio").joinpath("test_events.sql").read_text("utf-8")
    rows = client.query(sql, parameters={"account": account_sid}).result_rows
    return {str(test_id) for (test_id,) in rows}
