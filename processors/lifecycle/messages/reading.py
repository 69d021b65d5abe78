"""From a raw record to the receipts of its messages.

The quick way reads just the fields the fold needs; a record with anything unusual in it is read
by ``pipeline.twilio.event``, so both agree on everything unusual.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from pipeline.memo import Memo
from pipeline.twilio.address import country_of, number_of
from pipeline.twilio.envelope import NotAnEventError, split
from pipeline.twilio.event import Event, error_code_of, message_channel, read_event
from pipeline.twilio.network import carrier_of
from pipeline.twilio.sender import sender_type_of
from processors.lifecycle.dimensions import DIMENSIONS, Dimensions
from processors.lifecycle.reading import (
    COUNTRIES,
    LONGEST_ADDRESS,
    LONGEST_SID,
    LONGEST_TIME,
    PREFIX,
    TIMES,
    Reading,
    contact,
    fits,
    tags_text,
)
from processors.lifecycle.receipt import Receipt
from processors.lifecycle.status import STATUSES

TYPES: Final = "com.twilio.messaging.message."
_SENDER_TYPES: Final = Memo(sender_type_of)
_COUNTRIES: Final = Memo(country_of)
_STATUS_OF_TYPE: Final = {TYPES + name: status for name, status in STATUSES.items()}


_Sid = Annotated[str, Meta(min_length=1, max_length=LONGEST_SID)]
_Address = Annotated[str, Meta(min_length=1, max_length=LONGEST_ADDRESS)]
_Sender = Annotated[str, Meta(max_length=LONGEST_ADDRESS)]
_Text = Annotated[str, Meta(min_length=1)]
_Time = Annotated[str, Meta(max_length=LONGEST_TIME)]


class _Data(msgspec.Struct, gc=False):
    messageSid: _Sid  # noqa: N815  Twilio's name
    accountSid: _Sid  # noqa: N815  Twilio's name
    to: _Address
    messagingServiceSid: str | None = None  # noqa: N815  Twilio's name
    sender: _Sender = msgspec.field(name="from", default="")
    channel: str | None = None
    country: str | None = None
    errorCode: int | str | None = None  # noqa: N815  Twilio's name
    mcc: str | None = None
    mnc: str | None = None
    tags: dict[str, str] | None = None


class _Event(msgspec.Struct, gc=False):
    id: _Text
    type: str
    time: _Time
    data: _Data


class _UnusualError(Exception):
    """The quick way does not read this."""


#: One typed decode of a record, of what the fold needs of its events.
decode: Final = msgspec.json.Decoder(list[_Event]).decode
_decode_one: Final = msgspec.json.Decoder(_Event).decode
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, _UnusualError)


def read_messages(value: bytes, received_at: int) -> Reading:
    """Read all events of a record's value; NotAnEventError when it is no JSON array."""
    try:
        receipts = _quick(decode(value))
    except _UNREADABLE:
        return _read_each(value, received_at)
    return Reading(receipts, [], len(receipts))


def _quick(events: list[_Event]) -> list[Receipt]:
    """Read usual events; _UnusualError when one of them needs the patient way."""
    receipts: list[Receipt] = []
    for event in events:
        data, status, time = event.data, _STATUS_OF_TYPE.get(event.type), TIMES[event.time]
        if status is None or time is None:
            raise _UnusualError
        sid, to = data.messageSid, data.to
        if data.channel or data.country or data.mcc or ":" in to or sid[0] == "M":
            dims, to = _dimensions(data), number_of(to)
        else:
            service, country = data.messagingServiceSid, _COUNTRIES[to[:PREFIX]]
            dims = _PLAIN[data.accountSid, service, country, data.sender]
        code = error_code_of(data.errorCode) if data.errorCode else 0
        tags = tags_text(data.tags) if data.tags else ""
        receipts.append(Receipt(sid, status, time, code, dims, to, tags))
    return receipts


def _plain(told: tuple[str, str | None, str, str]) -> Dimensions:
    account, service, country, sender = told
    return DIMENSIONS[account, service or "", "sms", country, "", sender_type_of(sender)]


#: What a text message by its number alone is grouped by: told by account, messaging service,
#: country and sender.
_PLAIN: Final = Memo(_plain)


def _dimensions(data: _Data) -> Dimensions:
    """Tell what a text message by its number alone does not have; else the same as above."""
    number = number_of(data.to)
    return DIMENSIONS[
        data.accountSid,
        data.messagingServiceSid or "",
        data.channel.lower() if data.channel else message_channel(data.to, data.messageSid),
        data.country.upper() if data.country else COUNTRIES[data.mcc, number[:PREFIX]],
        carrier_of(data.mcc, data.mnc),
        _SENDER_TYPES[data.sender],
    ]


def _read_each(value: bytes, received_at: int) -> Reading:
    """Read each event by itself, so that an unusual one costs its neighbours little."""
    reading = Reading()
    for element in split(value):
        try:
            reading.receipts += _quick([_decode_one(element)])
        except _UNREADABLE:
            _read_patiently(element, received_at, reading)
    reading.events = len(reading.receipts)
    return reading


def _read_patiently(element: msgspec.Raw, received_at: int, reading: Reading) -> None:
    try:
        event = read_event(element, received_at)
    except NotAnEventError:
        reading.malformed += 1
        return
    status = STATUSES.get(event.status) if event.event_type.startswith(TYPES) else None
    if status is None:
        reading.unused[event.event_type] += 1
    elif fits(event.subject_sid):
        reading.receipts.append(_receipt(event, status))
    else:
        reading.oversized += 1


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
