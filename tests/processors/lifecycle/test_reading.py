"""The quick way of reading messages must agree with the patient one, which all else uses."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import join
from pipeline.twilio.clock import parse_time
from pipeline.twilio.event import read_event
from processors.lifecycle.messages.reading import TYPES, read_messages
from processors.lifecycle.reading import quick_time, tags_text
from processors.lifecycle.status import STATUSES
from tests.processors.lifecycle.stage import PATIENT

RECEIVED = 1_700_000_000_000
NUMBERS = ["+15550100002", "whatsapp:+49151", "rcs:+1", "ACME", "12345", ""]
TEXTS = st.sampled_from(["SM1", "MM1", "AC1", "sms", "us", "rcs", "310", "260", *NUMBERS])
ODD = st.one_of(TEXTS, st.none(), st.integers(0, 99_999), st.booleans(), st.lists(TEXTS))
TAGS = st.one_of(ODD, st.dictionaries(TEXTS, st.one_of(TEXTS, st.integers()), max_size=2))
NAMES = ["messageSid", "accountSid", "to", "from", "messagingServiceSid", "channel", "country"]
ERROR = st.sampled_from([None, 0, 30003, "30007", "", -1, True, "x"])
TIME = st.sampled_from(
    ["2026-01-01T00:00:05.000Z", "2026-01-01T00:00:05.123456Z", "2026-01-01", "", "soon", None, 5]
)
STATUS = st.sampled_from([*sorted(STATUSES), "flying"])


@PATIENT
@given(
    data=st.fixed_dictionaries(
        {}, optional={**dict.fromkeys([*NAMES, "mcc", "mnc"], ODD), "tags": TAGS}
    ),
    error=ERROR,
    time=TIME,
    status=STATUS,
)
def test_both_ways_read_the_same(
    data: dict[str, object], error: object, time: object, status: str
) -> None:
    element = msgspec.json.encode(
        {"id": "EZ1", "type": TYPES + status, "time": time, "data": {**data, "errorCode": error}}
    )
    event = read_event(element, RECEIVED)
    reading = read_messages(join([element]), RECEIVED)
    if event.status not in STATUSES:
        assert (reading.receipts, reading.unused.total()) == ([], 1)
        return
    (receipt,) = reading.receipts
    dims = receipt.dims
    assert (receipt.sid, dims.account_sid) == (event.subject_sid, event.account_sid)
    assert (receipt.status, receipt.time) == (STATUSES[event.status], event.event_time)
    assert (receipt.error_code, receipt.to) == (event.error_code, event.to)
    assert dims.service_sid == event.messaging_service_sid
    assert (dims.channel, dims.country) == (event.channel, event.country)
    assert (dims.carrier, dims.sender_type) == (event.carrier, event.sender_type)
    assert receipt.tags == tags_text(event.tags)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-29T04:00:56.753Z",
        "2026-03-29T04:00:56.75Z",
        "2026-03-29T04:00:56.753+",
        "2026-03-29T04:00:56. 53Z",
        "2026-03-29T04:00:99.753Z",
        "1899-01-01T00:00:00.000Z",
        "2026-03-29T06:00:56+02:00",
        "",
    ],
)
def test_the_quick_clock_agrees(text: str) -> None:
    assert quick_time(text) == parse_time(text)
    assert quick_time(text) == parse_time(text)  # and again, from its memory


def test_tags_are_bounded_and_in_order() -> None:
    assert tags_text({"b": "2", "a": "1"}) == '{"a":"1","b":"2"}'
    assert tags_text(None) == tags_text({}) == ""
    many = {f"tag{number:04}": "x" * 128 for number in range(1_000)}
    assert len(tags_text(many)) <= 1024
    assert tags_text(many).startswith('{"tag0000":')
