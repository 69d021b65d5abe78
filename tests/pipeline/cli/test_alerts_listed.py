from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec
import pytest

from pipeline.cli.exits import Exit
from pipeline.cli.main import run
from pipeline.items.alert import Acknowledgement, AlertItem, Notice, TopCode
from pipeline.items.alert_delivery import AlertDelivery
from pipeline.settings import ClickHouseSettings
from sinks.clickhouse import connect
from sinks.tables.alert_deliveries import ALERT_DELIVERIES, alert_delivery_row
from sinks.tables.alerts import ALERTS, alert_row
from tests.databases import Databases, told_to_commands
from tests.sinks.shelf import Shelf
from tests.sinks.test_alerts import START, alert

if TYPE_CHECKING:
    from collections.abc import Iterator


FIRED = alert(1, "firing", codes=[TopCode(30003, "Unreachable", "transient", 40)])
ITEMS: tuple[AlertItem, ...] = (
    FIRED,
    alert(1, "firing", id="ended", severity="ticket"),
    alert(2, "resolved", id="ended", reason="back to usual", resolved_at=START + 120),
    Acknowledgement(id="a1", alert_id=FIRED.id, at=START + 90, by="ana"),
    Notice(
        id="notice:1", rule="suspended", severity="page", at=START, account_sid="AC1",
        service_sid="", code=30002, name="Account suspended", count=7, sql="SELECT 2",
    ),
)  # fmt: skip
SENT = AlertDelivery(
    id="d", alert_id=FIRED.id, channel="slack", transition="firing", state="failed", attempts=3,
    at=START * 1000, next_at=0, reason="status 404", dedup_key="x",
)  # fmt: skip


@pytest.fixture(scope="module")
def stored(databases: Databases) -> Iterator[ClickHouseSettings]:
    with databases.lent() as settings:
        alerts = [alert_row(_raw(item), 0, ("t", 0, n, 0)) for n, item in enumerate(ITEMS)]
        delivered = [alert_delivery_row(_raw(SENT), 0, ("t", 0, 0, 0))]
        with connect(settings) as client:
            shelf = Shelf(client, settings)
            asyncio.run(shelf.insert(ALERTS.name, alerts))
            asyncio.run(shelf.insert(ALERT_DELIVERIES.name, delivered))
        yield settings


def _raw(item: msgspec.Struct) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(item))


@pytest.fixture(autouse=True)
def _environment(stored: ClickHouseSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in told_to_commands(stored).items():
        monkeypatch.setenv(name, value)


def test_what_is_on_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["alerts", "list"]) == Exit.OK
    assert capsys.readouterr().out.splitlines() == [
        f"2026-01-01 00:01  firing    page    {FIRED.title}  (acknowledged by ana)",
        f"    {FIRED.id}",
    ]


def test_all_is_listed_the_latest_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["alerts", "list", "--all"]) == Exit.OK
    lines = capsys.readouterr().out.splitlines()
    assert lines[1::2] == ["    ended", f"    {FIRED.id}", "    notice:1"]
    assert lines[4] == "2026-01-01 00:00  notice    page    suspended: Account suspended, 7 of AC1"
    assert run(["alerts", "list", "--since", "2026-01-02"]) == Exit.OK
    assert capsys.readouterr().out == "nothing is on; --all lists what has ended\n"


def test_an_incident_is_shown_with_its_history_and_what_was_sent(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["alerts", "show", FIRED.id]) == Exit.OK
    out = capsys.readouterr().out
    assert out.startswith(FIRED.title)
    assert "60.0% (50.0% to 70.0%) instead of 5.0%, of 100" in out
    assert "code 30003 Unreachable destination handset: 40" in out
    assert "2026-01-01 00:00  failed      slack  firing (status 404)" in out
    assert run(["alerts", "show", "ended"]) == Exit.OK
    assert "resolved  page    back to usual" in capsys.readouterr().out


def test_what_does_not_exist_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["alerts", "show", "none"]) == Exit.USAGE
    assert "none: no such alert" in capsys.readouterr().err
