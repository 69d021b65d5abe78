"""Rows of the message events that Twilio sends day in, day out, at a fraction of the cost.

One typed decode reads an event that has the known fields of a message's status and no others; so
it is also known where its numbers stand, and the payload need not be searched for more. Whatever
is unusual in any way is left to ``EventRows``, with which this agrees on every row it makes.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from pipeline.masking import NUMBER_NAMES
from pipeline.memo import Memo
from pipeline.privacy import mask
from pipeline.twilio.address import channel_of, country_of, number_of
from pipeline.twilio.clock import parse_time
from pipeline.twilio.event import error_code_of, message_channel, schema_version_of
from pipeline.twilio.network import carrier_of, country_of_network
from pipeline.twilio.sender import sender_type_of
from sinks.load import Row
from sinks.redaction import BODIES

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
_PLUS: Final = b"+"
#: What hides numbers from a plain search, or is personal and not a number.
_SUSPICIOUS: Final = (b"@", b"%", b"\\", b"client:")

_TELLING_NAMES: Final = BODIES | NUMBER_NAMES
_BODY: Final = b'"body"'

#: Shared by all rows: a dict of its own costs each of them, and the garbage collector.
_NO_TAGS: Final[dict[str, str]] = {}

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
    statusCallBackUrl: str | None = None  # noqa: N815  Twilio's name
    body: str | msgspec.UnsetType | None = msgspec.UNSET


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
    channel: str
    digits: bytes
    hidden: bytes


class _Sender(msgspec.Struct, frozen=True, gc=False):
    kind: str
    written: bytes
    hidden: bytes


_decode: Final = msgspec.json.Decoder(_Event).decode
_UNUSUAL: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class QuickMessages:
    """Makes the rows it can make for certain."""

    def __init__(
        self, hashed: Callable[[str], str], note: _Note | None, *, keep_bodies: bool = False
    ) -> None:
        self._hash = hashed
        self._note = note
        self._keep_bodies = keep_bodies
        self._recipients = Memo(self._recipient)
        self._senders = Memo(_sender)
        self._seconds = Memo(_second)
        self._versions = Memo(schema_version_of, limit=1_000)
        self._harmless = Memo(_harmless, limit=1_000)

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
        sid, account = data.messageSid, data.accountSid
        if not (status and event.id and sid and account):
            return None
        if recipient is None or sender is None or time is None:
            return None
        if data.tags and not self._harmless[tuple(data.tags)]:
            return None
        text = bytes(element) if data.body is msgspec.UNSET else self._without_body(element, data)
        payload = text and _payload(text, recipient, sender)
        if not payload:
            return None
        if self._note is not None:
            self._note(recipient.number, recipient.hash, time, received_at)
        mcc, code = data.mcc, data.errorCode
        return (
            account,
            "messaging",
            time,
            True,
            event.id,
            event.id,
            event.type,
            received_at,
            sid,
            status,
            error_code_of(code) if code else 0,
            recipient.channel if sid[:2] == "SM" else message_channel(data.to, sid),
            country_of_network(mcc, recipient.country) if mcc else recipient.country,
            carrier_of(mcc, data.mnc) if mcc else "",
            sender.kind,
            recipient.hash,
            recipient.masked,
            "",
            data.sender,
            data.messagingServiceSid or "",
            "",
            data.tags or _NO_TAGS,
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

    def _without_body(self, element: msgspec.Raw, data: _Data) -> bytes | None:
        """Where the body is written plainly, behind something else."""
        if self._keep_bodies or not isinstance(data.body, str):
            return None
        text = bytes(element)
        rest = text.replace(b',"body":"%b"' % data.body.encode(), b"", 1)
        return None if rest == text or _BODY in rest else rest

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
            channel_of(address),
            number[1:].encode(),
            masked.encode(),
        )


def _sender(address: str) -> _Sender | None:
    number = number_of(address)
    kind = sender_type_of(address)
    if _is_number(number):
        return _Sender(kind, f'{number}"'.encode(), f'{mask(number)}"'.encode())
    # Of a name or a short code nothing is hidden; of what looks like a number something might be.
    return None if number.isdigit() or "+" in address else _Sender(kind, b"", b"")


def _harmless(names: tuple[str, ...]) -> bool:
    """Whether tags of these names may hold bare digits and are no body."""
    return not any(name.lower() in _TELLING_NAMES for name in names)


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
    """The event with both numbers masked; None when there may be more to mask.

    Nothing in it is written in another way than plainly, so each number brings the plus it starts
    with: where there are no more of these than numbers, there is no third.
    """
    for suspicious in _SUSPICIOUS:
        if suspicious in text:
            return None
    if recipient.digits in sender.written:
        return None
    masked = _hidden(text, recipient, sender) if sender.written else _one_hidden(text, recipient)
    return None if recipient.digits in masked else masked


def _one_hidden(text: bytes, recipient: _Recipient) -> bytes:
    """The text as it is when there is a second number."""
    at = text.find(_PLUS)
    if text.find(_PLUS, at + 1) >= 0:
        return text
    return text[:at] + recipient.hidden + text[at + len(recipient.hidden) :]


def _hidden(text: bytes, recipient: _Recipient, sender: _Sender) -> bytes:
    """The text as it is when there is a third number. Masks are as long as what they hide."""
    first = text.find(_PLUS)
    second = text.find(_PLUS, first + 1)
    if text.find(_PLUS, second + 1) >= 0:
        return text
    sender_first = text.startswith(sender.written, first)
    one, other = (sender, recipient) if sender_first else (recipient, sender)
    between = text[first + len(one.hidden) : second]
    rest = text[second + len(other.hidden) :]
    return b"".join((text[:first], one.hidden, between, other.hidden, rest))
