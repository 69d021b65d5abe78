"""A little history: what each view shows of it can be reckoned by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from pipeline.items.alert import Acknowledgement, Notice, Sibling, TopCode
from pipeline.items.alert_delivery import AlertDelivery
from pipeline.items.dead_letter import DeadLetter
from pipeline.privacy import Pseudonymizer
from sinks.tables.alert_deliveries import ALERT_DELIVERIES, alert_delivery_row
from sinks.tables.dead_letters import DEAD_LETTERS, DeadLetterRows
from tests.sinks import cells, test_alerts, test_fallbacks
from tests.sinks.events import event, message, verification
from tests.sinks.stand import RECEIVED_AT

if TYPE_CHECKING:
    from pipeline.items.window_cell import WindowCell
    from tests.sinks.shelf import Shelf

START = cells.START
#: The minute most of it happens in, and the hour around it.
HOUR = f"from={START}&to={START + 3600}"
NUMBER = "+15550100002"
ALERT = "failures:BR:1"
PLAN = test_fallbacks.PLAN


def sid(kind: str, number: int) -> str:
    return f"{kind}{number:032x}"


SENT, LOST, CODE, CALL = sid("SM", 1), sid("SM", 2), sid("VE", 3), sid("CA", 4)


async def fill(shelf: Shelf) -> None:
    """Store all of it."""
    await cells.put_windows(shelf, *_windows())
    await cells.put_funnel(shelf, cells.funnel(0, 1, approved=3, pending=1))
    await shelf.put(*_messages(), *_verification(), _call())
    await test_alerts.put(shelf, *_alerts())
    await _put_delivery(shelf)
    await test_fallbacks.put(shelf, *test_fallbacks.RETRIED)
    await _put_letter(shelf)


def _windows() -> list[WindowCell]:
    """In minute 1: 8 of 10 delivered in the US, 5 of 10 in Germany; 4 of 4 an hour before."""
    us = cells.window("310410", 0, 1, delivered=8, unknown=2)
    german: dict[str, Any] = {"country": "DE", "carrier": "26201"}
    good = replace(cells.window("", 1, 1, delivered=5, unknown=0), **german)
    bad = replace(
        cells.window("", 2, 1, delivered=0, unknown=0),
        **german,
        error_class="transient",
        sent=5,
        undelivered=5,
    )
    before = replace(
        cells.window("310410", 0, 1, delivered=4, unknown=0), window_start=START + 60 - 3600
    )
    call: dict[str, Any] = {"product": "voice", "channel": "voice", "service_sid": ""}
    taken = replace(cells.window("", 3, 1, delivered=3, unknown=0), **call)
    busy = replace(
        cells.window("", 4, 1, delivered=0, unknown=0),
        **call,
        error_class="busy",
        sent=1,
        undelivered=1,
    )
    return [us, good, bad, before, taken, busy]


def _messages() -> list[bytes]:
    lost = {"number": 2, "messageSid": LOST, "to": "+15550100003"}
    return [
        message("sent", messageSid=SENT, time="2026-01-01T00:01:01.000Z"),
        message("delivered", messageSid=SENT, time="2026-01-01T00:01:04.000Z"),
        message("sent", **lost, time="2026-01-01T00:01:02.000Z"),
        message("undelivered", **lost, errorCode=30003, time="2026-01-01T00:01:09.000Z"),
    ]


def _verification() -> list[bytes]:
    known: dict[str, Any] = {"verification_sid": CODE}
    return [
        verification("pending", 3, "2026-01-01T00:00:10.000Z", **known),
        verification("approved", 3, "2026-01-01T00:00:20.000Z", **known),
    ]


def _call() -> bytes:
    told = {"CallSid": CALL, "AccountSid": "AC1", "CallStatus": "completed", "To": NUMBER}
    told |= {"From": "+15550100001", "CallDuration": "7", "Direction": "outbound-api"}
    data: dict[str, object] = {"sid": CALL, "request": {"parameters": told}}
    kind = "voice.status-callback.call.completed"
    return event(kind, 4, "2026-01-01T00:01:30.000Z", data)


def _alerts() -> list[Any]:
    code = TopCode(30003, "Unreachable", "transient", 40)
    beside = Sibling("country=DE", 0.04, 0.05)
    return [
        test_alerts.alert(1, "firing", codes=[code], siblings=[beside]),
        test_alerts.alert(2, "updated", codes=[code], siblings=[beside], reason="it got worse"),
        test_alerts.alert(1, "firing", id="over", title="was over", at=START),
        test_alerts.alert(
            2, "resolved", id="over", title="was over", resolved_at=START + 90, at=START + 90
        ),
        Acknowledgement(id="a1", alert_id="over", at=START + 70, by="ada", comment="mine"),
        Notice(
            id="n1",
            rule="fraud signal",
            severity="ticket",
            at=START,
            account_sid="AC1",
            service_sid="MG1",
            code=30450,
            name="Message delivery blocked",
            count=3,
            sql="SELECT 1",
        ),
    ]


async def _put_delivery(shelf: Shelf) -> None:
    told = AlertDelivery(
        id="d1",
        alert_id=ALERT,
        channel="pager",
        transition="firing",
        state="sent",
        attempts=2,
        at=(START + 61) * 1000,
        next_at=0,
        reason="",
        dedup_key="k",
    )
    row = alert_delivery_row(msgspec.Raw(msgspec.json.encode(told)), 0, shelf.place())
    await shelf.insert(ALERT_DELIVERIES.name, [row])


async def _put_letter(shelf: Shelf) -> None:
    letter = DeadLetter(
        reason="not_an_event",
        detail="no id",
        source="sink",
        kafka_topic="twilio.messaging",
        kafka_partition=0,
        kafka_offset=7,
        kafka_index=0,
        received_at=RECEIVED_AT,
        original=b"{}",
    )
    rows = DeadLetterRows(Pseudonymizer(b"0123456789abcdef"), keep_bodies=False)
    row = rows.row(msgspec.Raw(msgspec.json.encode(letter)), 0, shelf.place())
    await shelf.insert(DEAD_LETTERS.name, [row])
