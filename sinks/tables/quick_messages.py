"""Rows of the message events that Twilio sends day in, day out, at a fraction of the cost.

One typed decode reads an event that has the known fields of a message's status and no others; so
it is also known where its numbers stand, and the payload need not be searched for more. Whatever
is unusual in any way is left to ``EventRows``, with which this agrees on every row it makes.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from pipeline.memo import Memo
from pipeline.privacy import mask
from pipeline.twilio.address import country_of, number_of
from pipeline.twilio.clock import parse_time
from pipeline.twilio.event import error_code_of, message_channel, schema_version_of
from pipeline.twilio.network import carrier_of, country_of_network
from pipeline.twilio.sender import sender_type_of
from sinks.load import Row

_STATUSES: Final = {
    f"com.twilio.messaging.message.{status}": status
    for status in ("queued", "sent", "delivered", "undelivered", "failed", "read")
}
_FEWEST_DIGITS: Final = 7
_MOST_DIGITS: Final = 15
#: ``2026-01-01T00:00:00.123Z``: to the second, and where the milliseconds and the zone are.
_SECOND: Final = 19
_MILLISECONDS: Final = slice(20, 23)
_USUAL_TIME: Final = 24
#: What hides numbers from a plain search, or is personal and not a number.
_SUSPICIOUS: Final = (b"@", b"%", b"\\", b"client:")

#: Told of every person: address, hash, the event's time and its receipt (epoch ms).
_Note = Callable[[str, str, int, int], None]


class _Data(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    messageSid: str  # noqa: N815  Twilio's name
    accountSid: str  # noqa: N815  Twilio's name
    to: str
    sender: str = msgspec.field(name="from", default="")
    timestamp: str = ""
    eventName: str = ""  # noqa: N815  Twilio's name
    apiVersion: str = ""  # noqa: N815  Twilio's name
    messageStatus: str = ""  # noqa: N815  Twilio's name
    errorCode: int | str | None = None  # noqa: N815  Twilio's name
    messagingServiceSid: str | None = None  # noqa: N815  Twilio's name
    numberOfSegments: int | str | None = None  # noqa: N815  Twilio's name
    mcc: str | None = None
    mnc: str | None = None
    rawDlrDoneDate: int | str | None = None  # noqa: N815  Twilio's name
    dateUpdated: str | None = None  # noqa: N815  Twilio's name
    tags: dict[str, str] | None = None


class _Event(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    id: str
    type: str
    time: str
    data: _Data
    dataschema: str = ""
    source: str = ""
    specversion: str = ""
    datacontenttype: str = ""


class _Recipient(msgspec.Struct, frozen=True, gc=False):
    number: str
    hash: str
    masked: str
    country: str
    written: bytes
    hidden: bytes


class _Sender(msgspec.Struct, frozen=True, gc=False):
    number: str
    kind: str
    written: bytes
    hidden: bytes


_decode: Final = msgspec.json.Decoder(_Event).decode
_UNUSUAL: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class QuickMessages:
    """Makes the rows it can make for certain."""

    def __init__(self, hashed: Callable[[str], str], note: _Note | None) -> None:
        self._hash = hashed
        self._note = note
        self._recipients = Memo(self._recipient)
        self._senders = Memo(_sender)
        self._seconds = Memo(_second)
        self._versions = Memo(schema_version_of, limit=1_000)

    def row(self, element: msgspec.Raw, received_at: int, place: Row) -> Row | None:
        """The row of an event; None when anything about it is unusual."""
        try:
            event = _decode(element)
        except _UNUSUAL:
            return None
        data = event.data
        status = _STATUSES.get(event.type)
        recipient, sender = self._recipients[data.to], self._senders[data.sender]
        time = self._time(event.time)
        if not (status and event.id and data.messageSid and data.accountSid) or data.tags:
            return None
        if recipient is None or sender is None or time is None:
            return None
        payload = _payload(bytes(element), recipient, sender)
        if payload is None:
            return None
        if self._note:
            self._note(recipient.number, recipient.hash, time, received_at)
            self._note(sender.number, "", time, received_at)
        return (
            data.accountSid,
            "messaging",
            time,
            True,
            event.id,
            event.id,
            event.type,
            received_at,
            data.messageSid,
            status,
            error_code_of(data.errorCode) if data.errorCode else 0,
            message_channel(data.to, data.messageSid),
            country_of_network(data.mcc, recipient.country) if data.mcc else recipient.country,
            carrier_of(data.mcc, data.mnc) if data.mcc else "",
            sender.kind,
            recipient.hash,
            recipient.masked,
            "",
            data.sender,
            data.messagingServiceSid or "",
            "",
            {},
            self._versions[event.dataschema],
            payload,
            *place,
        )

    def _time(self, text: str) -> int | None:
        digits = text[_MILLISECONDS]
        if len(text) != _USUAL_TIME or text[_SECOND] != "." or text[-1] != "Z":
            return parse_time(text)
        if not (digits.isascii() and digits.isdigit()):
            return None
        second = self._seconds[text[:_SECOND]]
        return None if second is None else second + int(digits)

    def _recipient(self, address: str) -> _Recipient | None:
        number = number_of(address)
        if not _is_number(number):
            return None
        masked = mask(number)
        return _Recipient(
            number,
            self._hash(number),
            masked,
            country_of(address),
            f'{number}"'.encode(),
            f'{masked}"'.encode(),
        )


def _sender(address: str) -> _Sender | None:
    number = number_of(address)
    kind = sender_type_of(address)
    if _is_number(number):
        return _Sender(number, kind, f'{number}"'.encode(), f'{mask(number)}"'.encode())
    # Of a name or a short code nothing is hidden; of what looks like a number something might be.
    return None if number.isdigit() or "+" in address else _Sender(number, kind, b"", b"")


def _is_number(text: str) -> bool:
    digits = text[1:]
    return (
        text[:1] == "+"
        and _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS
        and digits.isascii()
        and digits.isdigit()
    )


def _second(text: str) -> int | None:
    return parse_time(f"{text}Z")


def _payload(text: bytes, recipient: _Recipient, sender: _Sender) -> bytes | None:
    """The event with both numbers masked; None when there may be more to mask."""
    for suspicious in _SUSPICIOUS:
        if suspicious in text:
            return None
    numbers = text.count(recipient.written)
    masked = text.replace(recipient.written, recipient.hidden)
    if sender.written and sender.written != recipient.written:
        numbers += text.count(sender.written)
        masked = masked.replace(sender.written, sender.hidden)
    if text.count(b"+") != numbers or recipient.written[1:-1] in masked:
        return None
    return masked
