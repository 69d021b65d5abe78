"""Rows of the events of a verification and of its attempts, as ``quick_messages`` makes others."""

from collections.abc import Callable
from typing import Final

import msgspec

from pipeline.twilio.event import error_code_of
from pipeline.twilio.network import carrier_of, country_of_network
from sinks.load import Row
from sinks.tables.quick import NO_TAGS, UNUSUAL, Note, Reader, is_plain, one_hidden

_PREFIX: Final = "com.twilio.accountsecurity.verify."
_STATUSES: Final = {
    **{
        f"{_PREFIX}message.{status}": status
        for status in ("queued", "sent", "delivered", "undelivered", "failed", "read")
    },
    **{
        f"{_PREFIX}verification.{status}": status
        for status in ("pending", "approved", "canceled", "expired")
    },
    f"{_PREFIX}verification.max-attempts-reached": "max_attempts_reached",
}


class _Sending(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    time: str = ""
    channel: str = ""
    attempt_sid: str = ""
    locale: str | None = None


class _Sendings(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    count: int | None = None
    attempts: list[_Sending] | None = None


class _Checking(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    time: str = ""
    status: str = ""


class _Checkings(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    count: int | None = None
    attempts: list[_Checking] | None = None


class _Data(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    account_sid: str
    service_sid: str
    verification_sid: str
    to: str
    created_at: str = ""
    expired_at: str | None = None
    verified_at: str | None = None
    friendly_name: str = ""
    custom_code_enabled: bool | None = None
    code_length: int | None = None
    country: str = ""
    verification_status: str = ""
    send_code_attempts: _Sendings | None = None
    check_attempts: _Checkings | None = None
    attempt_sid: str = ""
    error_code: str | int | None = None
    channel: str = ""
    message_status: str = ""
    has_fallback: bool | None = None
    is_fallback: bool | None = None
    mcc: str | None = None
    mnc: str | None = None
    number_segments: int | str | None = None
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


_decode: Final = msgspec.json.Decoder(_Event).decode


class QuickVerify:
    """Makes the rows it can make for certain."""

    def __init__(self, hashed: Callable[[str], str], note: Note | None) -> None:
        self._note = note
        self._reader = Reader(hashed)

    def row(self, element: msgspec.Raw, received_at: int, place: Row) -> Row | None:
        """The row of an event; None when anything about it is unusual."""
        try:
            event = _decode(element)
        except UNUSUAL:
            return None
        data, reader = event.data, self._reader
        status = _STATUSES.get(event.type)
        recipient = reader.recipients[data.to]
        time = reader.time(event.time)
        if recipient is None or time is None:
            return None
        if not (status and event.id and data.verification_sid):
            return None
        if data.tags and not reader.harmless[tuple(data.tags)]:
            return None
        text = bytes(element)
        payload = one_hidden(text, recipient) if is_plain(text) else None
        if payload is None:
            return None
        if self._note is not None:
            self._note(recipient.number, recipient.hash, time, received_at)
        mcc, code = data.mcc, data.error_code
        return (
            data.account_sid,
            "verify",
            time,
            True,
            event.id,
            event.id,
            event.type,
            received_at,
            data.verification_sid,
            status,
            error_code_of(code) if code else 0,
            data.channel.lower() or recipient.channel,
            data.country.upper() or country_of_network(mcc, recipient.country),
            carrier_of(mcc, data.mnc) if mcc else "",
            "",
            recipient.hash,
            recipient.masked,
            "",
            "",
            "",
            data.service_sid,
            data.tags or NO_TAGS,
            reader.versions[event.dataschema],
            payload,
            *place,
        )
