"""Finds a person by hash in every table, and detaches what is about them.

Rows stay, without the person: counts and rates stay right, and so does the ledger. First the
erasure is written down, which the sink honours from then on; then the tables are changed, and
looked at again once every insert that had begun before must have ended.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from clickhouse_connect.driver.client import Client

from pipeline.settings import ClickHouseSettings
from sinks.clickhouse import connect, translated
from sinks.erasure.sql import load_sql
from sinks.people import FRESH_SECONDS

#: Calls come first: which ones a person made is asked of the events.
PLACES: Final = (
    "calls", "messages", "verifications", "outcomes", "events", "dead_letters", "former_hashes",
    "clear_numbers",
)  # fmt: skip
_PASSES: Final = 5
_SETTLE_SECONDS: Final = 2 * FRESH_SECONDS + 1
_WHERE: Final = "\nWHERE "

Counts = dict[str, int]


def count(settings: ClickHouseSettings, people: Sequence[str]) -> Counts:
    """Rows in each place about these hashes; raises as ``translated`` does."""
    with connect(settings) as client, translated(settings):
        return {place: _count(client, settings, place, people) for place in PLACES}


def erase(
    settings: ClickHouseSettings,
    people: Sequence[str],
    progress: Callable[[int, int], None],
    pause: Callable[[float], None] = time.sleep,
) -> tuple[Counts, Counts]:
    """Erase, and return the rows changed and the rows left, of which there should be none.

    May be called again. Raises as ``translated`` does.
    """
    done = dict.fromkeys(PLACES, 0)
    with connect(settings) as client, translated(settings):
        _write_down(client, settings, people)
        for turn in range(_PASSES):
            for step, place in enumerate(PLACES, 1):
                done[place] += _erase_from(client, settings, place, people)
                progress(turn * len(PLACES) + step, _PASSES * len(PLACES))
            pause(_SETTLE_SECONDS)
            left = {place: _count(client, settings, place, people) for place in PLACES}
            if not any(left.values()):
                break
    return done, left


def _write_down(client: Client, settings: ClickHouseSettings, people: Sequence[str]) -> None:
    now = datetime.now(UTC)
    client.insert(
        "erasures",
        [(person, now) for person in people],
        database=settings.database,
        column_names=("to_hash", "erased_at"),
    )


def _erase_from(
    client: Client, settings: ClickHouseSettings, place: str, people: Sequence[str]
) -> int:
    rows = _count(client, settings, place, people)
    if rows:
        statement = load_sql(place, settings.database)
        client.command(statement, parameters={"people": people}, settings={"mutations_sync": 2})
    return rows


def _count(client: Client, settings: ClickHouseSettings, place: str, people: Sequence[str]) -> int:
    statement = load_sql(place, settings.database)
    table = statement.split()[2]
    condition = statement.partition(_WHERE)[2]
    sql = f"SELECT count() FROM {table} WHERE {condition}"  # noqa: S608  (both of our own file)
    return int(str(client.command(sql, parameters={"people": people})))
