"""What is read of Twilio's real and documented payloads."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.twilio.catalogue import event_types
from pipeline.twilio.event import Event, error_code_of, read_event

SAMPLES = Path(__file__).parents[2] / "samples"
RECEIVED = 1_700_000_000_000


def sample(name: str) -> Event:
    decoded = msgspec.json.decode((SAMPLES / name).read_bytes())
    element = decoded[0] if isinstance(decoded, list) else decoded
    return read_event(msgspec.json.encode(element), RECEIVED)


def test_an_outbound_message() -> None:
    event = sample("constructed/messaging-failed-30007.json")
    assert (event.product, event.status, event.error_code) == ("messaging", "failed", 30007)
    assert event.subject_sid == "SM00000000000000000000000000000009"
    assert event.event_time == 1_767_225_605_000
    assert (event.channel, event.country, event.to) == ("sms", "US", "+15550100002")
    assert event.messaging_service_sid == "MG00000000000000000000000000000001"
    assert event.schema_version == 7


def test_an_inbound_message_by_whatsapp() -> None:
    event = sample("08-inbound.v5.json")
    assert (event.status, event.channel, event.to) == ("received", "whatsapp", "+15550100003")
    assert event.from_address == "whatsapp:+15550100004"


def test_a_verify_message() -> None:
    event = sample("12-verify-message-delivered.v2.docs.json")
    assert (event.product, event.status, event.channel) == ("verify", "delivered", "sms")
    assert event.subject_sid == "VE0000000000000000000000000000001"
    assert event.verify_service_sid == "VA0000000000000000000000000000001"
    assert event.tags == {"custom_tag": "hello_world_of_tags", "other_tag": "Here I am"}
    assert event.event_time == 1_735_689_600_000  # no envelope time: created_at


def test_a_verification() -> None:
    event = sample("14-verify-verification-approved.v1.docs.json")
    assert (event.status, event.country, event.schema_version) == ("approved", "IN", 1)


def test_a_call_summary() -> None:
    event = sample("17-voice-call-summary-complete.abridged.json")
    assert (event.product, event.subject_sid, event.channel) == ("voice", "CAxxxxx", "voice")
    assert (event.to, event.from_address) == ("+15559876543", "+15551234567")


def test_an_error_log() -> None:
    event = sample("19-error-logs-error-logged.v2.docs.partial.json")
    assert (event.product, event.error_code) == ("errors", 93101)
    assert event.subject_sid == event.event_id  # names no message, call or verification


def test_sink_tests_of_one_account_are_told_apart() -> None:
    first, second = sample("01-test-event.webhook.json"), sample("02-test-event.kinesis.json")
    assert first.event_id == "AC11111111111111111111111111111111"
    assert first.dedup_id == "cae2f9e2-c277-4612-8ad3-93c1a7a3ef88"
    assert second.dedup_id == "95001c1e-5b8e-45f5-830d-f9cbf1d16420"


def test_the_receiving_time_stands_in_for_a_missing_one() -> None:
    assert read_event(b'{"id":"E","type":"t","time":"later"}', RECEIVED).event_time == RECEIVED


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (30003, 30003),
        ("30003", 30003),
        ("", 0),
        (None, 0),
        ("x", 0),
        (True, 0),
        (-1, 0),
        (2**40, 0),
    ],
)
def test_error_codes_of_any_schema(value: object, code: int) -> None:
    assert error_code_of(value) == code


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
FIELDS = ["to", "from", "tags", "channel", "request", "messageSid", "errorCode", "country", "sid"]
FIELDS += ["mcc", "mnc"]


@given(
    type_=st.sampled_from(sorted(event_types())),
    data=st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, ODD)) | ODD,
    rest=st.fixed_dictionaries({}, optional={"time": ODD, "dataschema": ODD, "source": ODD}),
)
def test_every_type_survives_any_content(type_: str, data: object, rest: dict[str, object]) -> None:
    element = msgspec.json.encode({**rest, "id": "E1", "type": type_, "data": data})
    event = read_event(element, RECEIVED)
    assert (event.event_id, event.event_type) == ("E1", type_)
    assert event.subject_sid


def test_a_media_message_to_a_number_is_mms() -> None:
    element = b'{"id":"E","type":"com.twilio.messaging.message.sent","data":{"messageSid":"MM1",'
    assert read_event(element + b'"to":"+15550100002"}}', RECEIVED).channel == "mms"
    assert read_event(element + b'"to":"whatsapp:+1555010"}}', RECEIVED).channel == "whatsapp"


def test_the_network_tells_the_country_where_the_event_has_one() -> None:
    event = sample("constructed/messaging-delivered.json")
    assert (event.country, event.carrier, event.sender_type) == ("US", "310260", "long_code")


def test_a_voice_callback_names_its_parties_among_the_form_fields() -> None:
    form = {"To": "+4915155500002", "From": "+15550100001", "AccountSid": "AC1", "CallSid": "CA1"}
    data = {"sid": "CA1", "request": {"method": "POST", "parameters": form}}
    type_ = "com.twilio.voice.status-callback.call.ringing"
    event = read_event(msgspec.json.encode({"id": "VW1", "type": type_, "data": data}), RECEIVED)
    assert (event.to, event.country, event.from_address) == ("+4915155500002", "DE", "+15550100001")
    assert (event.account_sid, event.sender_type) == ("AC1", "long_code")
