"""Alerts in ClickHouse: one row an incident, whatever was told twice, with who took it on."""

from typing import Any

import msgspec
import pytest

from pipeline.items.alert import (
    Acknowledgement,
    Alert,
    AlertItem,
    Notice,
    Sibling,
    Silence,
    TopCode,
)
from pipeline.items.alert_delivery import AlertDelivery
from sinks.tables.alert_deliveries import ALERT_DELIVERIES, alert_delivery_row
from sinks.tables.alerts import ALERTS, alert_row
from tests.sinks.shelf import Shelf

START = 1_767_225_600
SLICE = {"product": "messaging", "country": "BR"}


def alert(transition: int, state: str, **over: Any) -> Alert:  # noqa: ANN401  any field
    told: dict[str, Any] = {
        "type": "alert",
        "id": "failures:BR:1",
        "state": state,
        "kind": "failures",
        "severity": "page",
        "at": START + 60 * transition,
        "slice": SLICE,
        "title": "failures 60.0% instead of 5.0%: product messaging, country BR",
        "reason": "",
        "started_at": START,
        "fired_at": START + 60,
        "resolved_at": 0,
        "usual_rate": 0.05,
        "rate": 0.6,
        "rate_low": 0.5,
        "rate_high": 0.7,
        "messages": 100,
        "affected": 55,
        "codes": [],
        "likely": "carrier",
        "suggestion": "Wait.",
        "sql": "SELECT 1",
        "children": ["country=BR,carrier=1"],
        "siblings": [],
        "evidence": 20.5,
        "threshold": 15.25,
        "transition": transition,
        **over,
    }
    return msgspec.convert(told, Alert)


async def put(shelf: Shelf, *items: AlertItem) -> None:
    for item in items:
        row = alert_row(msgspec.Raw(msgspec.json.encode(item)), 0, shelf.place())
        await shelf.insert(ALERTS.name, [row])


async def test_an_incident_is_one_row_as_it_was_last_told(shelf: Shelf) -> None:
    code = TopCode(30003, "Unreachable", "transient", 40)
    fired = alert(1, "firing", codes=[code], siblings=[Sibling("country=DE", 0.04, 0.05)])
    ended = alert(3, "resolved", reason="back to usual", resolved_at=START + 180)
    await put(shelf, fired, ended, alert(2, "updated"), fired)
    other = alert(1, "firing", id="silence:1", kind="silence", severity="ticket", slice={})
    await put(shelf, other)
    sql = """
        SELECT alert_id, state, kind, severity, toUnixTimestamp(started_at),
            toUnixTimestamp(updated_at), toUnixTimestamp(resolved_at), reason, country, carrier,
            affected, transitions, acknowledged_at, silenced
        FROM alerts ORDER BY alert_id"""
    assert shelf.rows(sql) == [
        ("failures:BR:1", "resolved", "failures", "page", START, START + 180, START + 180,
         "back to usual", "BR", "", 55, 3, None, False),
        ("silence:1", "firing", "silence", "ticket", START, START + 60, None, "", "", "", 55, 1,
         None, False),
    ]  # fmt: skip
    sql = """
        SELECT transition, state, codes, code_messages, siblings, sibling_rates, children, evidence
        FROM alert_transitions WHERE alert_id = 'failures:BR:1' ORDER BY transition"""
    children = ["country=BR,carrier=1"]
    assert shelf.rows(sql) == [
        (1, "firing", [30003], [40], ["country=DE"], [0.05], children, 20.5),
        (2, "updated", [], [], [], [], children, 20.5),
        (3, "resolved", [], [], [], [], children, 20.5),
    ]


async def test_who_took_it_on_and_what_is_silenced(shelf: Shelf) -> None:
    await put(
        shelf,
        alert(1, "firing"),
        alert(1, "firing", id="other", slice={"product": "voice"}),
        Acknowledgement(id="a1", alert_id="failures:BR:1", at=START + 90, by="ana"),
        Acknowledgement(id="a2", alert_id="failures:BR:1", at=START + 95, by="bo", comment="mine"),
        Silence(id="s", at=START, by="ana", since=START, until=START + 30, where={"country": "BR"}),
    )
    sql = "SELECT alert_id, acknowledged_by, silenced FROM alerts ORDER BY alert_id"
    assert shelf.rows(sql) == [("failures:BR:1", "bo", False), ("other", "", False)]
    longer = Silence(
        id="s", at=START + 5, by="bo", since=START, until=START + 99, where={"country": "BR"}
    )
    await put(shelf, longer)
    assert shelf.rows(sql) == [("failures:BR:1", "bo", True), ("other", "", False)]
    assert shelf.rows("SELECT told_by, where FROM alert_silences") == [("bo", {"country": "BR"})]


async def test_notices_stand_in_a_view_of_their_own(shelf: Shelf) -> None:
    notice = Notice(
        id="notice:1", rule="suspended", severity="page", at=START, account_sid="AC1",
        service_sid="MG1", code=30002, name="Account suspended", count=7, sql="SELECT 2",
    )  # fmt: skip
    await put(shelf, notice, notice)
    sql = "SELECT notice_id, rule, error_code, failures, sql FROM notices"
    assert shelf.rows(sql) == [("notice:1", "suspended", 30002, 7, "SELECT 2")]
    assert shelf.rows("SELECT count() FROM alerts") == [(0,)]


async def test_a_delivery_is_one_row_as_it_is_now(shelf: Shelf) -> None:
    def delivery(state: str, at_ms: int, **over: Any) -> AlertDelivery:  # noqa: ANN401  any field
        told = {"id": "d", "alert_id": "x", "channel": "slack", "transition": "firing"}
        rest = {"state": state, "attempts": 1, "at": START * 1000 + at_ms, "next_at": 0}
        return msgspec.convert(
            {**told, **rest, "reason": "", "dedup_key": "x", **over}, AlertDelivery
        )

    retried = delivery("pending", 5, reason="status 503", next_at=START * 1000 + 900)
    for item in (retried, delivery("sent", 900, attempts=2), retried):
        row = alert_delivery_row(msgspec.Raw(msgspec.json.encode(item)), 0, shelf.place())
        await shelf.insert(ALERT_DELIVERIES.name, [row])
    sql = "SELECT delivery_id, state, attempts, next_at, toUnixTimestamp64Milli(at) FROM"
    assert shelf.rows(f"{sql} alert_deliveries") == [("d", "sent", 2, None, START * 1000 + 900)]


@pytest.mark.parametrize("wrong", [{"at": -1}, {"started_at": 1 << 32}, {"transition": -1}])
def test_what_no_column_can_hold_is_refused(wrong: dict[str, int]) -> None:
    item = msgspec.structs.replace(alert(1, "firing"), **wrong)
    with pytest.raises(ValueError, match="out of range"):
        alert_row(msgspec.Raw(msgspec.json.encode(item)), 0, ("t", 0, 0, 0))
