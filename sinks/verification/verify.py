"""The comparison of messages and windows with the events they came from.

``messages`` is derived in ClickHouse and the windows by a processor that never saw ClickHouse:
three computations of one truth. It runs as whoever may read the views.
"""

from importlib.resources import files
from typing import Final

import msgspec
from clickhouse_connect.driver.client import Client

from pipeline.settings import ClickHouseSettings
from sinks.clickhouse import connect, translated

#: Differences listed of each kind; all of them are counted.
SHOWN: Final = 20


class Difference(msgspec.Struct, frozen=True):
    """One message or cell, as the events tell it and as it is stored; empty where it is not."""

    key: str
    from_events: str
    stored: str


class Check(msgspec.Struct, frozen=True):
    """One comparison: how many things are stored, how many differ, and the first of these."""

    what: str
    stored: int
    differing: int
    first: list[Difference]


class Report(msgspec.Struct, frozen=True):
    """How far the store was, and what was found; ``newest`` is the last event's time of receipt."""

    events: int
    newest: str
    checks: list[Check]

    @property
    def clean(self) -> bool:
        """Whether nothing differs."""
        return not any(check.differing for check in self.checks)


def verify(settings: ClickHouseSettings) -> Report:
    """Compare everything once; UnavailableError or PermanentError when ClickHouse won't."""
    with connect(settings) as client, translated(settings):
        events, messages, windows, newest = client.query(_sql("progress")).result_rows[0]
        checks = [
            _check(client, "messages", int(messages)),
            _check(client, "windows", int(windows)),
        ]
    return Report(int(events), str(newest), checks)


def _check(client: Client, what: str, stored: int) -> Check:
    rows = client.query(_sql(what)).result_rows
    first = [Difference(str(key), str(told), str(kept)) for key, told, kept, _ in rows]
    return Check(what, stored, int(rows[0][-1]) if rows else 0, first)


def _sql(name: str) -> str:
    text = _read(name).replace("{limit}", str(SHOWN))
    return text.replace("{recomputed}", _read("recomputed"))


def _read(name: str) -> str:
    return files("sinks.verification").joinpath(f"{name}.sql").read_text("utf-8")
