"""The quick way of reading must agree with the patient one, which everything else uses."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import join
from pipeline.twilio.event import read_event
from processors.lifecycle.message import STATUSES
from processors.lifecycle.reading import PREFIX, read_record

TEXTS = st.sampled_from(["", "SM1", "AC1", "+15550100002", "whatsapp:+49151", "sms", "us", "rcs"])
ODD = st.one_of(TEXTS, st.none(), st.integers(0, 99_999), st.booleans(), st.lists(TEXTS))
FIELDS = ["messageSid", "accountSid", "to", "messagingServiceSid", "channel", "country"]
ERROR = st.sampled_from([None, 0, 30003, "30007", "", -1, True, "x"])
TIME = st.sampled_from(["2026-01-01T00:00:05.000Z", "2026-01-01T00:00:05", "", "soon", None, 5])
STATUS = st.sampled_from([*sorted(STATUSES), "flying"])


@given(
    data=st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, ODD)),
    error=ERROR,
    time=TIME,
    status=STATUS,
)
def test_both_ways_read_the_same(
    data: dict[str, object], error: object, time: object, status: str
) -> None:
    element = msgspec.json.encode(
        {"id": "EZ1", "type": PREFIX + status, "time": time, "data": {**data, "errorCode": error}}
    )
    event = read_event(element, 1_700_000_000_000)
    read = read_record(join([element]), 1_700_000_000_000).events
    if event.status not in STATUSES:
        assert read == []
        return
    (message,) = read
    assert (message.message_sid, message.account_sid) == (event.subject_sid, event.account_sid)
    assert (message.status, message.time) == (event.status, event.event_time)
    assert (message.error_code, message.service_sid) == (
        event.error_code,
        event.messaging_service_sid,
    )
    assert (message.channel, message.country) == (event.channel, event.country)
