"""Events of Verify, and all that the simulator sends: quick and patient rows are the same."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.simulator.scenario import SCENARIOS
from local.simulator.traffic import Plan, stories
from pipeline.privacy import Pseudonymizer
from sinks.tables.events import EventRows
from sinks.tables.quick_messages import QuickMessages
from sinks.tables.quick_verify import QuickVerify

HASHED = Pseudonymizer(b"0123456789abcdef")
PLACE = ("t", 0, 5, 1)
RECEIVED = 1_700_000_000_000
TEXTS = st.sampled_from(
    [
        "",
        "x",
        "+15550100002",
        "15550100002",
        "4915112345678",
        "\\",
        "client:x",
        "a@b.c",
        "SMS",
        "310",
        "Berlin",
        '{"to":"15550100002"}',
        "60200",
    ]
)
VALUES = TEXTS | st.none() | st.integers(-1, 2**33) | st.booleans()
FIELDS = st.sampled_from(
    [
        "error_code",
        "channel",
        "country",
        "mcc",
        "mnc",
        "friendly_name",
        "service_sid",
        "body",
        "account_sid",
        "attempt_sid",
        "message_status",
        "to",
        "from",
        "verified_at",
        "messageSid",
    ]
)
SENDING = st.fixed_dictionaries(
    {"channel": TEXTS}, optional={"tags": st.dictionaries(TEXTS, TEXTS, max_size=1)}
)
EVENTS = st.builds(
    lambda kind, time, data, odd, nested: {
        "id": "EZ1",
        "type": f"com.twilio.accountsecurity.verify.{kind}",
        "time": time,
        "data": {**data, **nested, **odd},
    },
    st.sampled_from(["message.sent", "verification.approved", "message.canceled", "x"])
    | st.just("verification.max-attempts-reached"),
    st.sampled_from(["2026-01-01T00:00:05.123Z", "2026-01-01T00:00:05Z", "never"]),
    st.fixed_dictionaries(
        {"account_sid": st.just("AC1"), "service_sid": st.just("VA1")},
        optional={
            "verification_sid": st.sampled_from(["VE1", ""]),
            "to": st.sampled_from(["+4915112345678", "whatsapp:+4915112345678", "a@b.de", "1"]),
            "tags": st.dictionaries(
                TEXTS | st.sampled_from(["Body", "caller", "purpose"]), TEXTS, max_size=2
            ),
        },
    ),
    st.dictionaries(FIELDS, VALUES, max_size=2),
    st.fixed_dictionaries(
        {},
        optional={
            "send_code_attempts": st.fixed_dictionaries(
                {"count": st.just(1), "attempts": st.lists(SENDING, max_size=2)}
            ),
            "check_attempts": st.just({"count": 1, "attempts": [{"time": "x", "status": "y"}]}),
        },
    ),
)


def patient(element: bytes) -> list[object]:
    return plain(EventRows(HASHED, keep_bodies=False).patient_row(raw(element), RECEIVED, PLACE))


def raw(element: bytes) -> msgspec.Raw:
    return msgspec.Raw(element)


def plain(row: tuple[object, ...]) -> list[object]:
    """The patient way writes what is left of an event without its body anew."""
    return [msgspec.json.decode(each) if isinstance(each, bytes) else each for each in row]


@given(EVENTS)
def test_what_the_quick_way_reads_the_patient_way_reads_the_same(event: dict[str, object]) -> None:
    element = msgspec.json.encode(event)
    quick = QuickVerify(HASHED.hash, None).row(raw(element), RECEIVED, PLACE)
    assert quick is None or plain(quick) == patient(element)


@pytest.mark.parametrize(
    ("kind", "maker"),
    [
        ("com.twilio.messaging.message.", QuickMessages),
        ("com.twilio.accountsecurity.verify.", QuickVerify),
    ],
)
def test_every_such_event_of_the_simulator_is_read_quickly(
    kind: str, maker: type[QuickMessages | QuickVerify]
) -> None:
    plan = Plan(seed=4, messages=300, rate=50, scenario=SCENARIOS["outage"], start=RECEIVED)
    elements = [event.element for _, story in stories(plan) for event in story]
    ours = [each for each in elements if f'"type":"{kind}'.encode() in each]
    quick = maker(HASHED.hash, None)
    rows = [quick.row(raw(element), RECEIVED, PLACE) for element in ours]
    assert len(ours) > 50
    assert [row and plain(row) for row in rows] == [patient(element) for element in ours]
