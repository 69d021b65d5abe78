"""The comparison of messages, windows and the funnel with the events they came from.

``messages`` is derived in ClickHouse and the windows by a processor that never saw ClickHouse:
three computations of one truth. It runs as whoever may read the views.
"""

from importlib.resources import files
from typing import Final

import msgspec
from clickhouse_connect.driver.client import Client

from pipeline.settings import ClickHouseSettings, LifecycleSettings
from sinks.clickhouse import connect, translated

#: Differences listed of each kind; all of them are counted.
SHOWN: Final = 20
_PARTS: Final = ("recomputed", "deliveries")


class Difference(msgspec.Struct, frozen=True):
    """One message or cell, as the events tell it and as it is stored; empty where it is not."""

    key: str
    from_events: str
    stored: str


class Check(msgspec.Struct, frozen=True):
    """One comparison: how many things are stored, how many differ, and the first of these.

    ``late`` are those that differ because events came beyond the processor's horizon, which it
    leaves alone by design.
    """

    what: str
    stored: int
    differing: int
    first: list[Difference]
    late: int = 0


class Report(msgspec.Struct, frozen=True):
    """How far the store was, and what was found; ``newest`` is the last event's time of receipt."""

    events: int
    newest: str
    checks: list[Check]

    @property
    def clean(self) -> bool:
        """Whether nothing differs."""
        return not any(check.differing for check in self.checks)


def verify(settings: ClickHouseSettings, lifecycle: LifecycleSettings) -> Report:
    """Compare everything once; UnavailableError or PermanentError when ClickHouse won't.

    ``lifecycle`` is how the processor was set up: its horizon, and what it could expect.
    """
    with connect(settings) as client, translated(settings):
        events, messages, windows, funnel, newest = client.query(_read("progress")).result_rows[0]
        stored = {"messages": int(messages), "windows": int(windows), "funnel": int(funnel)}
        checks = [_check(client, what, count, lifecycle) for what, count in stored.items()]
    return Report(int(events), str(newest), checks)


def _check(client: Client, what: str, stored: int, lifecycle: LifecycleSettings) -> Check:
    rows = client.query(_sql(what, lifecycle)).result_rows
    differing, late = map(int, rows[0][-2:]) if rows else (0, 0)
    first = [
        Difference(str(key), str(told), str(kept))
        for key, told, kept, is_late, *_ in rows
        if not is_late
    ]
    return Check(what, stored, differing, first, late)


def _sql(name: str, lifecycle: LifecycleSettings) -> str:
    text = _read(name)
    for part in _PARTS:
        text = text.replace(f"{{{part}}}", _read(part))
    values = {
        "limit": SHOWN,
        "horizon_s": lifecycle.state_horizon_s,
        "needs_sent": lifecycle.sent_events,
    }
    for placeholder, value in values.items():
        text = text.replace(f"{{{placeholder}}}", str(value))
    return text


def _read(name: str) -> str:
    return files("sinks.verification").joinpath(f"{name}.sql").read_text("utf-8")
