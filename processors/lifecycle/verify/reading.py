"""From a raw record to the receipts of its attempts and the reports of its verifications.

The quick way decodes a whole record by type; the patient one picks of each event what has the
type it should. From there both are one.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from pipeline.twilio.address import number_of
from pipeline.twilio.clock import parse_time
from pipeline.twilio.envelope import NotAnEventError, read_envelope, split
from pipeline.twilio.event import error_code_of, event_time
from pipeline.twilio.network import carrier_of
from processors.lifecycle.dimensions import DIMENSIONS
from processors.lifecycle.reading import (
    COUNTRIES,
    PREFIX,
    Reading,
    contact,
    fits,
    quick_time,
    tags_text,
)
from processors.lifecycle.receipt import Receipt
from processors.lifecycle.status import DELIVERED, READ, STATUSES
from processors.lifecycle.verify.report import Report, Sending
from processors.lifecycle.verify.verification import NAMES

_PREFIXES: Final = ("com.twilio.accountsecurity.verify.", "com.twilio.verify.")
_STATUS_OF_TYPE: Final = {
    f"{prefix}{stream}.{name}": status
    for prefix in _PREFIXES
    for stream in ("message", "attempt-dlr")
    for name, status in STATUSES.items()
}
_END_OF_TYPE: Final = {
    f"{prefix}verification.{spelling}": name
    for prefix in _PREFIXES
    for name in NAMES
    for spelling in (name, name.replace("_", "-"))
}


class _Sending(msgspec.Struct, gc=False):
    time: str = ""
    channel: str = ""
    attempt_sid: str = ""


class _Sendings(msgspec.Struct, gc=False):
    count: int = 0
    attempts: list[_Sending] = []


class _Data(msgspec.Struct, gc=False):
    account_sid: str = ""
    service_sid: str = ""
    verification_sid: str = ""
    attempt_sid: str = ""
    to: str = ""
    channel: str = ""
    country: str = ""
    mcc: str | None = None
    mnc: str | None = None
    created_at: str = ""
    error_code: int | str | None = None
    has_fallback: bool = False
    tags: dict[str, Any] | None = None
    send_code_attempts: _Sendings | None = None


class _Event(msgspec.Struct, gc=False):
    id: str
    type: str
    time: str
    data: _Data


_decode: Final = msgspec.json.Decoder(list[_Event]).decode
_FIELDS: Final = {field.name: field.type for field in msgspec.structs.fields(_Data)}


def read_verify(value: bytes, received_at: int) -> Reading:
    """Read all events of a record's value; NotAnEventError when it is no JSON array."""
    reading = Reading()
    try:
        decoded = _decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _read_patiently(value, received_at)
    for event in decoded:
        time = quick_time(event.time)
        if time is None or not event.id:
            return _read_patiently(value, received_at)
        _take(reading, event.type, time, event.data)
    return reading


def _read_patiently(value: bytes, received_at: int) -> Reading:
    reading = Reading()
    for element in split(value):
        try:
            envelope = read_envelope(element)
        except NotAnEventError:
            reading.malformed += 1
            continue
        time = event_time(envelope, received_at)
        _take(reading, envelope.type, time, _picked(envelope.data))
    return reading


def _picked(data: Mapping[str, Any]) -> _Data:
    """Take the fields that have the type they should; others count as absent."""
    found = _Data()
    for name, kind in _FIELDS.items():
        if name in data:
            try:
                setattr(found, name, msgspec.convert(data[name], kind))
            except msgspec.ValidationError:
                continue
    return found


def _take(reading: Reading, event_type: str, time: int, data: _Data) -> None:
    status, name = _STATUS_OF_TYPE.get(event_type), _END_OF_TYPE.get(event_type)
    sid, attempt = data.verification_sid, data.attempt_sid
    if not (fits(sid) and fits(attempt)):
        reading.oversized += 1
    elif status and attempt:
        reading.events += 1
        _take_receipt(reading, status, time, data)
    elif name and sid:
        reading.events += 1
        reading.reports.append(_report(name, time, data))
    else:
        reading.unused[event_type] += 1


def _take_receipt(reading: Reading, status: int, time: int, data: _Data) -> None:
    number, channel = number_of(data.to), data.channel.lower()
    country = _country(data, number)
    carrier = carrier_of(data.mcc, data.mnc) if data.mcc else ""
    reading.receipts.append(
        Receipt(
            data.attempt_sid,
            status,
            time,
            error_code_of(data.error_code) if data.error_code else 0,
            DIMENSIONS[data.account_sid, data.service_sid, channel, country, carrier, ""],
            contact(number),
            tags_text(data.tags) if data.tags else "",
            data.verification_sid,
            data.has_fallback,
        )
    )
    if data.verification_sid:
        reading.reports.append(_of_attempt(status, time, data, channel, country))


def _of_attempt(status: int, time: int, data: _Data, channel: str, country: str) -> Report:
    """What a receipt says of the verification it is an attempt of."""
    sending = Sending(time, data.attempt_sid, channel)
    return Report(
        data.verification_sid,
        time,
        DIMENSIONS[data.account_sid, data.service_sid, "", country, "", ""],
        sendings=(sending,),
        delivered=status in (DELIVERED, READ),
    )


def _report(name: str, time: int, data: _Data) -> Report:
    country = _country(data, number_of(data.to))
    sent = data.send_code_attempts or _Sendings()
    sendings = (
        Sending(parse_time(each.time) or 0, each.attempt_sid, each.channel.lower())
        for each in sent.attempts
        if each.attempt_sid and fits(each.attempt_sid)
    )
    return Report(
        data.verification_sid,
        time,
        DIMENSIONS[data.account_sid, data.service_sid, "", country, "", ""],
        name,
        parse_time(data.created_at) or time,
        tuple(sendings),
        sent.count,
    )


def _country(data: _Data, number: str) -> str:
    return data.country.upper() if data.country else COUNTRIES[data.mcc, number[:PREFIX]]
