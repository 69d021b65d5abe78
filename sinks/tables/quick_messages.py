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
from pipeline.twilio.address import number_of
from pipeline.twilio.event import error_code_of, message_channel
from pipeline.twilio.network import carrier_of, country_of_network
from pipeline.twilio.sender import sender_type_of
from sinks.load import Row
from sinks.tables.quick import (
    NO_TAGS,
    PLUS,
    UNUSUAL,
    Note,
    Reader,
    Recipient,
    is_number,
    is_plain,
    one_hidden,
)

_STATUSES: Final = {
    f"com.twilio.messaging.message.{status}": status
    for status in ("queued", "sent", "delivered", "undelivered", "failed", "read")
}
_BODY: Final = b'"body"'


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


class _Sender(msgspec.Struct, frozen=True, gc=False):
    kind: str
    written: bytes
    hidden: bytes


_decode: Final = msgspec.json.Decoder(_Event).decode


class QuickMessages:
    """Makes the rows it can make for certain."""

    def __init__(
        self, hashed: Callable[[str], str], note: Note | None, *, keep_bodies: bool = False
    ) -> None:
        self._note = note
        self._keep_bodies = keep_bodies
        self._reader = Reader(hashed)
        self._senders = Memo(_sender)

    def row(self, element: msgspec.Raw, received_at: int, place: Row) -> Row | None:
        """The row of an event; None when anything about it is unusual."""
        try:
            event = _decode(element)
        except UNUSUAL:
            return None
        data = event.data
        status = _STATUSES.get(event.type)
        reader = self._reader
        recipient, sender = reader.recipients[data.to], self._senders[data.sender]
        time = reader.time(event.time)
        sid, account = data.messageSid, data.accountSid
        if not (status and event.id and sid and account):
            return None
        if recipient is None or sender is None or time is None:
            return None
        if data.tags and not reader.harmless[tuple(data.tags)]:
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
            data.tags or NO_TAGS,
            reader.versions[event.dataschema],
            payload,
            *place,
        )

    def _without_body(self, element: msgspec.Raw, data: _Data) -> bytes | None:
        """Where the body is written plainly, behind something else."""
        if self._keep_bodies or not isinstance(data.body, str):
            return None
        text = bytes(element)
        rest = text.replace(b',"body":"%b"' % data.body.encode(), b"", 1)
        return None if rest == text or _BODY in rest else rest


def _sender(address: str) -> _Sender | None:
    number = number_of(address)
    kind = sender_type_of(address)
    if is_number(number):
        return _Sender(kind, f'{number}"'.encode(), f'{mask(number)}"'.encode())
    # Of a name or a short code nothing is hidden; of what looks like a number something might be.
    return None if number.isdigit() or "+" in address else _Sender(kind, b"", b"")


def _payload(text: bytes, recipient: Recipient, sender: _Sender) -> bytes | None:
    """The event with both numbers masked; None when there may be more to mask."""
    if recipient.digits in sender.written or not is_plain(text):
        return None
    return _both_hidden(text, recipient, sender) if sender.written else one_hidden(text, recipient)


def _both_hidden(text: bytes, recipient: Recipient, sender: _Sender) -> bytes | None:
    """As ``one_hidden``. There are two pluses at least, and no more where there is no third."""
    first = text.find(PLUS)
    second = text.find(PLUS, first + 1)
    if text.find(PLUS, second + 1) >= 0:
        return None
    sender_first = text.startswith(sender.written, first)
    one, other = (sender, recipient) if sender_first else (recipient, sender)
    between = text[first + len(one.hidden) : second]
    rest = text[second + len(other.hidden) :]
    masked = b"".join((text[:first], one.hidden, between, other.hidden, rest))
    return None if recipient.digits in masked else masked
