from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import pytest

from pipeline.cli.exits import Exit
from pipeline.cli.main import GROUPS, program, run
from pipeline.items.alert import Alert
from pipeline.settings import ClickHouseSettings
from sinks.clickhouse import connect
from tests.databases import Databases, told_to_commands

if TYPE_CHECKING:
    from collections.abc import Iterator


START = 1_767_571_200
OUTAGE = range(2280, 2340)
COLUMNS = (
    "window_start", "window_seconds", "account_sid", "product", "channel", "service_sid",
    "country", "error_class", "source_topic", "sent", "delivered", "failed", "latency_buckets",
    "latency_counts",
)  # fmt: skip


def rows() -> Iterator[list[object]]:
    """Two days of 20 messages a minute, of which one fails; twelve during an outage."""
    place = (60, "AC1", "messaging", "sms", "MG1", "BR")
    for minute in range(2880):
        start, bad = datetime.fromtimestamp(START + 60 * minute, UTC), 12 if minute in OUTAGE else 1
        good = 20 - bad
        yield [start, *place, "", "twilio.messaging", good, good, 0, [450], [good]]
        yield [start, *place, "transient", "twilio.messaging", bad, 0, bad, [], []]


SPAN = ["alerts", "replay", "--from", "2026-01-06", "--to", "2026-01-07", "--learn-days", "1"]


@pytest.fixture(scope="module")
def stored(databases: Databases) -> Iterator[ClickHouseSettings]:
    """A database with two days of windows."""
    with databases.lent() as settings:
        with connect(settings) as client:
            client.insert("windows_store", list(rows()), column_names=COLUMNS)
        yield settings


@pytest.fixture(autouse=True)
def _environment(stored: ClickHouseSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in told_to_commands(stored).items():
        monkeypatch.setenv(name, value)


def test_replay_tells_what_would_have_been_told(
    stored: ClickHouseSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*SPAN, "--format", "json"]) == Exit.OK
    first = capsys.readouterr().out
    alerts = [msgspec.json.decode(line, type=Alert) for line in first.splitlines()]
    assert [alert.state for alert in alerts if alert.state != "updated"] == ["firing", "resolved"]
    fired, ended = alerts[0], alerts[-1]
    outage = START + OUTAGE.start * 60
    assert (fired.kind, fired.severity) == ("failures", "page")
    assert 0 < fired.at - outage <= 240
    assert 0 < ended.at - (outage + 3600) <= 600
    with connect(stored) as client:
        shown = client.query(fired.sql).result_rows
    assert len(shown) > 60
    assert run([*SPAN, "--format", "json"]) == Exit.OK
    assert capsys.readouterr().out == first


def test_replay_speaks_to_people_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(SPAN) == Exit.OK
    out = capsys.readouterr().out
    assert "firing    page    failures" in out
    assert out.splitlines()[-1].startswith("1 incidents from 2026-01-06 00:00")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--from", "2026-01-07", "--to", "2026-01-06"], "--from must be before --to"),
        (["--from", "soon", "--to", "2026-01-06"], "--from takes a date or a time"),
    ],
)
def test_wrong_spans_are_one_line(
    arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["alerts", "replay", *arguments]) == Exit.USAGE
    assert problem in capsys.readouterr().err


def test_every_command_of_a_group_explains_itself() -> None:
    groups = {group.name: group.typer_instance for group in program().registered_groups}
    assert tuple(groups) == GROUPS
    for app in groups.values():
        assert app is not None
        for command in app.registered_commands:
            assert command.callback is not None
            assert "Example: " in (command.callback.__doc__ or "")
