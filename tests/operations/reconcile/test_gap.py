"""What a message lacks, and the events that make up for it."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec
import pytest

from operations.reconcile.backfill import events_of
from operations.reconcile.gap import Gap, Stored, gap_of
from operations.reconcile.listed import read_listed
from pipeline.twilio.event import read_event
from processors.lifecycle.messages.reading import read_messages
from tests.operations.reconcile.messages import SENT_AT, listed

UNKNOWN = Stored("unknown", was_sent=True)
QUEUED = Stored("unknown", was_sent=False)
DELIVERED = Stored("delivered", was_sent=True)


@pytest.mark.parametrize(
    ("status", "stored", "kind", "statuses"),
    [
        ("delivered", None, "missing", ("sent", "delivered")),
        ("delivered", UNKNOWN, "unfinished", ("delivered",)),
        ("undelivered", QUEUED, "unfinished", ("sent", "undelivered")),
        ("failed", None, "missing", ("failed",)),
        ("failed", DELIVERED, "different", ("failed",)),
        ("read", None, "missing", ("sent", "delivered", "read")),
        ("read", UNKNOWN, "unfinished", ("delivered", "read")),
        ("sent", None, "missing", ("sent",)),
        ("sent", QUEUED, "unfinished", ("sent",)),
        ("canceled", QUEUED, "unfinished", ("canceled",)),
    ],
)
def test_what_never_came(
    status: str, stored: Stored | None, kind: str, statuses: tuple[str, ...]
) -> None:
    gap = gap_of(listed(status=status), stored)
    assert gap is not None
    assert (gap.kind, gap.statuses) == (kind, statuses)


@pytest.mark.parametrize(
    ("status", "stored"),
    [
        ("delivered", DELIVERED),
        ("read", DELIVERED),
        ("sent", UNKNOWN),
        ("sent", DELIVERED),
        ("canceled", None),
        ("canceled", Stored("canceled", was_sent=False)),
        *((status, None) for status in ("accepted", "scheduled", "queued", "sending")),
    ],
)
def test_nothing_is_missing_of_what_came_or_is_on_its_way(
    status: str, stored: Stored | None
) -> None:
    assert gap_of(listed(status=status), stored) is None
    assert gap_of(listed(status="delivered", direction="inbound"), None) is None


def test_events_are_twilios_but_marked_as_ours() -> None:
    gap = Gap("missing", listed(status="undelivered", error_code=30003), ("sent", "undelivered"))
    sent, undelivered = (msgspec.json.decode(each) for each in events_of(gap))
    assert (sent["id"], sent["time"]) == ("backfill:SM1:sent", "2026-01-01T00:00:00.000Z")
    assert sent["backfilled"] is undelivered["backfilled"] is True
    assert "errorCode" not in sent["data"]
    assert undelivered["time"] == "2026-01-01T00:00:07.000Z"
    assert list(events_of(gap)) == list(events_of(gap))


def test_the_sink_and_the_fold_read_them_as_any_event() -> None:
    gap = Gap("missing", listed(status="undelivered", error_code=30003), ("sent", "undelivered"))
    events = [read_event(each, 0) for each in events_of(gap)]
    assert [(each.status, each.event_time, each.error_code) for each in events] == [
        ("sent", SENT_AT, 0),
        ("undelivered", SENT_AT + 7_000, 30003),
    ]
    last = events[-1]
    assert (last.account_sid, last.subject_sid, last.country) == ("AC1", "SM1", "BR")
    assert (last.messaging_service_sid, last.to, last.from_address) == (
        *("MG1", "+5511991234567"),
        "+15550100",
    )
    value = b"[" + b",".join(events_of(gap)) + b"]"
    receipts = read_messages(value, SENT_AT).receipts
    assert [(each.sid, each.time, each.error_code) for each in receipts] == [
        ("SM1", SENT_AT, 0),
        ("SM1", SENT_AT + 7_000, 30003),
    ]


@pytest.mark.parametrize(
    ("price", "cost"), [("-0.00750", "0.00750"), ("0.01", "-0.01"), (None, "None"), ("-0", "0")]
)
def test_what_twilio_takes_is_a_cost(price: str | None, cost: str) -> None:
    own = SimpleNamespace(
        sid="SM1", account_sid="AC1", status="sent", to=None, from_=None, error_code=None,
        messaging_service_sid=None, num_segments="0", date_sent=None, date_created=None,
        date_updated=None, direction="outbound-api", price=price, price_unit="usd",
    )  # fmt: skip
    read = read_listed(own)
    assert (str(read.price), read.currency, read.sent_at) == (cost, "USD", 0)
