"""The quick way and the patient way make the same rows, or the quick one makes none."""

from __future__ import annotations

from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.privacy import Pseudonymizer
from sinks.load import Row
from sinks.tables.events import EVENTS as TABLE
from sinks.tables.events import EventRows
from sinks.tables.quick_messages import QuickMessages
from tests.sinks.events import message

HASHED = Pseudonymizer(b"0123456789abcdef")
PLACE = ("t", 0, 5, 1)
PAYLOAD = TABLE.column_names.index("payload")
RECEIVED = 1_700_000_000_000
ADDRESSES = st.sampled_from(
    ["+15550100002", "whatsapp:+491511234567", "+1555", "12345", "12345678", "rcs:brand", "ACME",
     "a@b.de", "", "+1 555 010 0002", "client:ann", "+4915112345678901", "messenger:123456789"]
)  # fmt: skip
TEXTS = st.sampled_from(
    ["", "x", "+15550100002", "15550100002", "8", "\\", "é", "client:x", "a@b.c", "%2B15550100002",
     '{"to":"15550100002"}', "30008", "read", "310"]
)  # fmt: skip
TIMES = st.sampled_from(
    ["2026-01-01T00:00:05.123Z", "2026-01-01T00:00:05Z", "2026-01-01T00:00:05.123+02:00",
     "2026-01-01T00:00:05.12xZ", "never", "1969-12-31T23:59:59.001Z", "2026-W01-1T00:00:00.5Z",
     "9999-01-01T00:00:00.000Z", "2026-01-01T00:00:05.1234Z",
     "2026-01-01T00:00:05.\u0661\u0661\u0661Z"]
)  # fmt: skip
VALUES = TEXTS | st.none() | st.integers(-1, 2**33) | st.booleans()
USUAL = st.fixed_dictionaries(
    {"messageSid": st.sampled_from(["SM1", "MM1"]), "accountSid": st.just("AC1"),
     "to": st.just("+4915112345678") | ADDRESSES, "from": st.just("+15550100001") | ADDRESSES},
    optional={
        "errorCode": st.sampled_from([30003, "30008", "", None, 2**33]),
        "messagingServiceSid": st.sampled_from(["MG1", None]),
        "mcc": st.sampled_from(["262", "310", "", None]),
        "mnc": st.sampled_from(["01", None]),
        "timestamp": st.sampled_from(["x", "2026-01-01T00:00:00Z"]),
    },
)  # fmt: skip
FIELDS = ("errorCode", "messagingServiceSid", "mcc", "mnc", "body", "channel", "country",
          "timestamp", "recipient", "numberOfSegments", "messageSid", "accountSid")  # fmt: skip
ODD = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=2) | st.fixed_dictionaries(
    {
        "tags": st.dictionaries(
            TEXTS | st.sampled_from(["To", "body", "purpose"]),
            TEXTS | st.sampled_from(["4915112345678", "[1,2]", "{x"]),
            max_size=2,
        )
    },
    optional={"body": TEXTS | st.just("Your code is 123456.")},
)
EVENTS = st.builds(
    lambda event, data, odd, more: {**event, "data": {**data, **odd}, **more},
    st.fixed_dictionaries(
        {"id": st.just("EZ1"), "time": st.just("2026-01-01T00:00:05.123Z") | TIMES,
         "type": st.sampled_from(["com.twilio.messaging.message.sent",
                                  "com.twilio.messaging.message.read",
                                  "com.twilio.messaging.message.new"])},
    ),
    USUAL,
    st.just({}) | ODD,
    st.just({"dataschema": "https://x/Messaging.MessageStatus/7"})
    | st.dictionaries(st.sampled_from(["dataschema", "source", "extra", "id"]), VALUES, max_size=2),
)  # fmt: skip


class Noted(list[tuple[str, str, int, int]]):
    def __call__(self, number: str, person: str, at: int, received: int) -> None:
        self.append((number, person, at, received))


def both(element: bytes, *, keep_bodies: bool = False) -> tuple[object, object]:
    quickly, patiently = Noted(), Noted()
    maker = QuickMessages(HASHED.hash, quickly, keep_bodies=keep_bodies)
    quick = maker.row(msgspec.Raw(element), RECEIVED, PLACE)
    if quick is None:
        return None, None
    rows = EventRows(HASHED, keep_bodies=keep_bodies, note=patiently)
    patient = rows.patient_row(msgspec.Raw(element), RECEIVED, PLACE)
    return (plain(quick), list(quickly)), (plain(patient), list(patiently))


def plain(row: Row) -> list[object]:
    """The patient way may write what is left of an event without its body anew."""
    values = list(row)
    payload = values[PAYLOAD]
    assert isinstance(payload, bytes)
    with suppress(msgspec.DecodeError):
        values[PAYLOAD] = msgspec.json.decode(payload)
    return values


@given(EVENTS, st.booleans())
def test_what_the_quick_way_reads_the_patient_way_reads_the_same(
    event: dict[str, object], keep_bodies: bool
) -> None:
    quick, patient = both(msgspec.json.encode(event), keep_bodies=keep_bodies)
    assert quick == patient


@pytest.mark.parametrize("status", ["queued", "sent", "delivered", "undelivered", "failed", "read"])
@pytest.mark.parametrize("sender", ["+15550100001", "ACME", "whatsapp:+15550100001"])
def test_what_twilio_sends_every_day_is_read_quickly(status: str, sender: str) -> None:
    odd = {"from": sender, "tags": {"user_ref": "u-12345678"}, "body": "123456 is your code"}
    element = message(status, errorCode=30003, mcc="262", mnc="01", **odd)
    quick, patient = both(element)
    assert quick is not None
    assert quick == patient
    assert "123456 is your code" not in str(quick)


def test_a_body_is_cut_out_byte_for_byte() -> None:
    element = message("sent", body="your code is 123456")
    row = EventRows(HASHED, keep_bodies=False).row(msgspec.Raw(element), RECEIVED, PLACE)
    assert row[PAYLOAD] == message("sent").replace(b"+15550100002", b"+15*******02").replace(
        b"+15550100001", b"+15*******01"
    )


@pytest.mark.parametrize("second", ["null", '"another 2"'])
def test_a_second_body_is_not_overlooked(second: str) -> None:
    once = message("sent", body="one 1")
    twice = once.replace(b',"body"', f',"body":"another 2","body":{second},"body"'.encode())
    for element in (twice, twice.replace(b'"one 1"', b"null")):
        row = EventRows(HASHED, keep_bodies=False).row(msgspec.Raw(element), RECEIVED, PLACE)
        assert "another" not in str(row[PAYLOAD])
        assert "one 1" not in str(row[PAYLOAD])


@pytest.mark.parametrize(
    "odd",
    [
        {"body": 'your "code" is 123456'},
        {"tags": {"body": "your code is 123456"}},
        {"tags": {"Recipient": "4915112345678"}},
        {"tags": {"to": "+15550100009"}},
        {"someNewField": "+15550100009"},
        {"timestamp": "call +15550100009"},
        {"messagingServiceSid": "15550100002"},
        {"to": "someone@example.com"},
    ],
)
def test_what_might_hide_something_is_left_to_the_patient_way(odd: dict[str, object]) -> None:
    assert both(message("sent", **odd)) == (None, None)
