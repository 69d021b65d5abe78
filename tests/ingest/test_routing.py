import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.routing import Route, route
from pipeline.twilio.catalogue import event_types, product_of
from pipeline.twilio.envelope import NotAnEventError, read_envelope
from pipeline.twilio.subject import SUBJECT_FIELDS, subject_sid

TYPES = st.sampled_from(sorted(event_types())) | st.text(max_size=10)
VALUES = st.sampled_from(["SM1", "VE2", "CA3", "NO4", "", "é"]) | st.none() | st.integers()
DATA = st.dictionaries(
    st.sampled_from([*SUBJECT_FIELDS, "body", "request"]),
    VALUES | st.just({"parameters": {"CallSid": "CA9"}}),
    max_size=4,
)
ENVELOPES = st.fixed_dictionaries(
    {},
    optional={
        "id": st.text(max_size=5) | st.integers(),
        "type": TYPES | st.none(),
        "data": DATA | DATA.map(json.dumps) | VALUES,
        "time": st.text(max_size=5),
    },
)


@given(envelope=ENVELOPES)
def test_the_fast_way_agrees_with_how_the_other_parts_read_events(
    envelope: dict[str, object],
) -> None:
    element = json.dumps(envelope).encode()
    try:
        read = read_envelope(element)
    except NotAnEventError:
        with pytest.raises(NotAnEventError):
            route(element)
    else:
        assert route(element) == (product_of(read.type), subject_sid(read))


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        (
            {"type": "com.twilio.messaging.message.sent", "data": {"messageSid": "SM1"}},
            ("messaging", "SM1"),
        ),
        (
            {
                "type": "com.twilio.accountsecurity.verify.message.sent",
                "data": '{"verification_sid":"VE1"}',
            },
            ("verify", "VE1"),
        ),
        (
            {"type": "com.twilio.voice.insights.x", "data": {"call_sid": "CA1"}},
            ("voice", "CA1"),
        ),
        (
            {"type": "com.twilio.voice.status-callback.call.completed", "data": {"sid": "CA2"}},
            ("voice", "CA2"),
        ),
        ({"type": "com.twilio.error-logs.error.logged", "data": {}}, ("errors", "EZ1")),
        ({"type": "com.twilio.not.invented.yet"}, ("other", "EZ1")),
    ],
)
def test_each_product_finds_its_topic_and_subject(element: dict[str, Any], expected: Route) -> None:
    assert route(json.dumps({"id": "EZ1", **element}).encode()) == expected


@pytest.mark.parametrize("element", [b"5", b"null", b"[]", b"{}", b'{"id":1,"type":"x"}', b"\xff"])
def test_what_can_not_be_an_event(element: bytes) -> None:
    with pytest.raises(NotAnEventError):
        route(element)
