"""One view of all of Twilio's products: the columns analysts see, read from any event."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from pipeline.twilio.address import channel_of, country_of, number_of
from pipeline.twilio.catalogue import Product, product_of
from pipeline.twilio.clock import parse_time
from pipeline.twilio.envelope import Envelope, read_envelope
from pipeline.twilio.keyword import meaning_of
from pipeline.twilio.network import carrier_of, country_of_network
from pipeline.twilio.sender import sender_type_of
from pipeline.twilio.subject import subject_sid

_STATUS_OF_SUFFIX: Final = {
    **{
        name: name
        for name in (
            "queued",
            "sent",
            "delivered",
            "undelivered",
            "failed",
            "read",
            "canceled",
            "received",
            "pending",
            "approved",
            "expired",
            "initiated",
            "ringing",
            "answered",
            "completed",
        )
    },
    "max-attempts-reached": "max_attempts_reached",
    "max_attempts_reached": "max_attempts_reached",
}
_STATUS_FIELDS: Final = (
    "messageStatus",
    "message_status",
    "dlr_status",
    "verification_status",
    "call_state",
    "Status",
)
_TIME_FIELDS: Final = ("timestamp", "created_at", "date_created", "DateCreated")
_MAX_ERROR_CODE: Final = 0xFFFF_FFFF
_MAX_VERSION_DIGITS: Final = 4
_INBOUND: Final = "com.twilio.messaging.inbound-message.received"
_TEST_EVENT: Final = "com.twilio.eventstreams.test-event"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A Twilio event by its meaning; texts are empty and ``error_code`` is 0 where there is none.

    ``event_time`` is in epoch milliseconds. ``dedup_id`` is what redeliveries share.
    """

    event_id: str
    dedup_id: str
    event_type: str
    event_time: int
    product: Product
    account_sid: str
    subject_sid: str
    status: str
    error_code: int
    channel: str
    country: str
    carrier: str
    sender_type: str
    to: str
    from_address: str
    messaging_service_sid: str
    verify_service_sid: str
    tags: dict[str, str]
    schema_version: int


def read_event(element: bytes | msgspec.Raw, received_at: int) -> Event:
    """Read one element of a record; NotAnEventError when it can't be an event.

    ``received_at`` (epoch ms) stands in where the event itself carries no readable time.
    """
    envelope = read_envelope(element)
    data = envelope.data
    product = product_of(envelope.type)
    form = _form(product, data)
    to = _address(data, "to", "callee") or _text(form, "To")
    sender = _address(data, "from", "caller") or _text(form, "From")
    return Event(
        event_id=envelope.id,
        dedup_id=dedup_id(envelope),
        event_type=envelope.type,
        event_time=event_time(envelope, received_at),
        product=product,
        account_sid=_text(data, "accountSid", "account_sid", "AccountSid")
        or _text(form, "AccountSid"),
        subject_sid=subject_sid(envelope),
        status=status_of(envelope),
        error_code=error_code_of(data.get("errorCode", data.get("error_code"))),
        channel=_channel(product, data, to),
        country=_text(data, "country").upper()
        or country_of_network(data.get("mcc"), country_of(to)),
        carrier=carrier_of(data.get("mcc"), data.get("mnc")),
        sender_type=sender_type_of(sender),
        to=number_of(to),
        from_address=sender,
        messaging_service_sid=_text(data, "messagingServiceSid", "MessagingServiceSid"),
        verify_service_sid=_text(data, "service_sid") if product == "verify" else "",
        tags=_tags(data.get("tags")),
        schema_version=schema_version_of(envelope.dataschema),
    )


def dedup_id(envelope: Envelope) -> str:
    """The event's id; but every sink test has its account's SID as id, so theirs is test_id."""
    if envelope.type == _TEST_EVENT:
        return _text(envelope.data, "test_id") or envelope.id
    return envelope.id


def event_time(envelope: Envelope, received_at: int) -> int:
    """When it happened at Twilio, in epoch ms; ``received_at`` where the event does not say."""
    times = (envelope.time, *(envelope.data.get(field) for field in _TIME_FIELDS))
    return next((ms for ms in map(parse_time, times) if ms is not None), received_at)


def status_of(envelope: Envelope) -> str:
    """The status in lower case: from the type's last word, else from the payload.

    An inbound message of one of Twilio's keywords has their meaning for its status.
    """
    if envelope.type == _INBOUND:
        return meaning_of(envelope.data.get("body")) or "received"
    suffix = envelope.type.rpartition(".")[2]
    known = _STATUS_OF_SUFFIX.get(suffix)
    return known or _text(envelope.data, *_STATUS_FIELDS).lower()


def error_code_of(value: object) -> int:
    """An error code Twilio sends as a number in one schema and as a text in another; 0 is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:10])
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_ERROR_CODE:
        return value
    return 0


def _text(data: Mapping[str, Any], *names: str) -> str:
    for name in names:
        value = data.get(name)
        if isinstance(value, str) and value:
            return value
    return ""


def _form(product: Product, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The form fields that a voice callback was posted with: they alone name the parties."""
    request = data.get("request") if product == "voice" else None
    form = request.get("parameters") if isinstance(request, dict) else None
    return form if isinstance(form, dict) else {}


def _address(data: Mapping[str, Any], name: str, party: str) -> str:
    """A text, or an object that names the party (``callee``) or holds an ``address``."""
    value = data.get(name)
    return _text(value, party, "address") if isinstance(value, dict) else _text(data, name)


def _channel(product: Product, data: Mapping[str, Any], to: str) -> str:
    named = _text(data, "channel").lower()
    if named or product == "voice":
        return named or "voice"
    return message_channel(to, _text(data, "messageSid")) if to else ""


def message_channel(to: str, sid: str) -> str:
    """The channel by the recipient's address; Twilio tells MMS from SMS by the message's SID."""
    channel = channel_of(to)
    return "mms" if channel == "sms" and sid.startswith("MM") else channel


def _tags(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {key: text if isinstance(text, str) else repr(text) for key, text in value.items()}


def schema_version_of(dataschema: object) -> int:
    """``https://.../Messaging.MessageStatus/7`` is 7; the test event writes ``1.json``."""
    if not isinstance(dataschema, str):
        return 0
    digits = dataschema.rpartition("/")[2].removesuffix(".json")
    plain = digits.isascii() and digits.isdigit() and len(digits) <= _MAX_VERSION_DIGITS
    return int(digits) if plain else 0
