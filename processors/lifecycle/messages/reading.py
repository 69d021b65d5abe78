"""From a raw record to the receipts of its messages.

The quick way reads just the fields the fold needs; a record with anything unusual in it is read
by ``pipeline.twilio.event``, so both agree on everything unusual.
"""

from typing import Final

import msgspec

from pipeline.memo import Memo
from pipeline.twilio.address import number_of
from pipeline.twilio.envelope import NotAnEventError, split
from pipeline.twilio.event import Event, error_code_of, message_channel, read_event
from pipeline.twilio.network import carrier_of
from pipeline.twilio.sender import sender_type_of
from processors.lifecycle.dimensions import DIMENSIONS
from processors.lifecycle.reading import (
    COUNTRIES,
    LONGEST_ADDRESS,
    LONGEST_SID,
    PREFIX,
    Reading,
    contact,
    fits,
    quick_time,
    tags_text,
)
from processors.lifecycle.receipt import Receipt
from processors.lifecycle.status import STATUSES

TYPES: Final = "com.twilio.messaging.message."
_SENDER_TYPES: Final = Memo(sender_type_of)
_STATUS_OF_TYPE: Final = {TYPES + name: status for name, status in STATUSES.items()}


class _Data(msgspec.Struct, gc=False):
    messageSid: str = ""  # noqa: N815  Twilio's name
    accountSid: str = ""  # noqa: N815  Twilio's name
    messagingServiceSid: str | None = None  # noqa: N815  Twilio's name
    to: str = ""
    sender: str = msgspec.field(name="from", default="")
    channel: str | None = None
    country: str | None = None
    errorCode: int | str | None = None  # noqa: N815  Twilio's name
    mcc: str | None = None
    mnc: str | None = None
    tags: dict[str, str] | None = None


class _Event(msgspec.Struct, gc=False):
    id: str
    type: str
    time: str
    data: _Data


class _UnusualError(Exception):
    """The quick way does not read this."""


#: One typed decode of a record's events, each with what the fold needs of it.
decode: Final = msgspec.json.Decoder(list[_Event]).decode


def read_messages(value: bytes, received_at: int) -> Reading:
    """Read all events of a record's value; NotAnEventError when it is no JSON array."""
    try:
        decoded = decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _read_patiently(value, received_at)
    try:
        receipts = [_quick(event) for event in decoded]
    except _UnusualError:
        return _read_patiently(value, received_at)
    return Reading(receipts, [], len(receipts))


def _quick(event: _Event) -> Receipt:
    """Read a usual event; _UnusualError for any that needs the patient way."""
    status, time, data = _STATUS_OF_TYPE.get(event.type), quick_time(event.time), event.data
    sid, account, to = data.messageSid, data.accountSid, data.to
    if not (status and time and event.id and sid and account and to):
        raise _UnusualError
    if len(sid) > LONGEST_SID or len(to) > LONGEST_ADDRESS:
        raise _UnusualError
    number = number_of(to) if ":" in to else to
    named, service = data.channel, data.messagingServiceSid or ""
    plain = number is to and sid[:2] != "MM"
    channel = named.lower() if named else "sms" if plain else message_channel(to, sid)
    country = data.country.upper() if data.country else COUNTRIES[data.mcc, number[:PREFIX]]
    carrier = carrier_of(data.mcc, data.mnc) if data.mcc else ""
    code = error_code_of(data.errorCode) if data.errorCode else 0
    dims = DIMENSIONS[account, service, channel, country, carrier, _SENDER_TYPES[data.sender]]
    tags = tags_text(data.tags) if data.tags else ""
    return Receipt(sid, status, time, code, dims, number, tags)


def _read_patiently(value: bytes, received_at: int) -> Reading:
    reading = Reading()
    for element in split(value):
        try:
            event = read_event(element, received_at)
        except NotAnEventError:
            reading.malformed += 1
            continue
        status = STATUSES.get(event.status) if event.event_type.startswith(TYPES) else None
        if status is None:
            reading.unused[event.event_type] += 1
        elif fits(event.subject_sid):
            reading.receipts.append(_receipt(event, status))
        else:
            reading.oversized += 1
    reading.events = len(reading.receipts)
    return reading


def _receipt(event: Event, status: int) -> Receipt:
    service = event.messaging_service_sid
    dims = (event.account_sid, service, event.channel, event.country)
    return Receipt(
        event.subject_sid,
        status,
        event.event_time,
        event.error_code,
        DIMENSIONS[*dims, event.carrier, event.sender_type],
        contact(event.to),
        tags_text(event.tags),
    )
