"""From a raw record to message events: one typed decode for all, a patient one for the odd.

The quick way reads just the fields the fold needs and covers what Twilio sends day in, day out;
whatever does not fit it is read by ``pipeline.twilio.event``, so both agree by construction on
everything unusual.
"""

from typing import Final

import msgspec

from pipeline.twilio.address import channel_of, country_of
from pipeline.twilio.clock import parse_time
from pipeline.twilio.envelope import NotAnEventError, split
from pipeline.twilio.event import error_code_of, read_event
from processors.lifecycle.message import STATUSES, MessageEvent

PREFIX: Final = "com.twilio.messaging.message."
_STATUS_OF_TYPE: Final = {PREFIX + status: status for status in STATUSES}


class _Data(msgspec.Struct, gc=False):
    messageSid: str = ""  # noqa: N815  Twilio's name
    accountSid: str = ""  # noqa: N815  Twilio's name
    messagingServiceSid: str | None = None  # noqa: N815  Twilio's name
    to: str = ""
    channel: str | None = None
    country: str | None = None
    errorCode: int | str | None = None  # noqa: N815  Twilio's name


class _Event(msgspec.Struct, gc=False):
    id: str
    type: str
    time: str
    data: _Data


_decode: Final = msgspec.json.Decoder(list[_Event]).decode


class Reading(msgspec.Struct):
    """The message events of a record, and how much of it was none."""

    events: list[MessageEvent]
    others: int = 0
    malformed: int = 0


def read_record(value: bytes, received_at: int) -> Reading:
    """Read all events of a record's value; NotAnEventError when it is no JSON array."""
    try:
        decoded = _decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _read_patiently(value, received_at)
    events = [_quick(event) for event in decoded]
    if None in events:
        return _read_patiently(value, received_at)
    return Reading([event for event in events if event is not None])


def _quick(event: _Event) -> MessageEvent | None:
    """Read a usual event; None for any that needs the patient way."""
    status = _STATUS_OF_TYPE.get(event.type)
    time = parse_time(event.time)
    data = event.data
    if not (status and time and event.id and data.messageSid and data.accountSid and data.to):
        return None
    return MessageEvent(
        data.messageSid,
        status,
        time,
        error_code_of(data.errorCode),
        data.accountSid,
        data.messagingServiceSid or "",
        data.channel.lower() if data.channel else channel_of(data.to),
        data.country.upper() if data.country else country_of(data.to),
    )


def _read_patiently(value: bytes, received_at: int) -> Reading:
    reading = Reading([])
    for element in split(value):
        try:
            event = read_event(element, received_at)
        except NotAnEventError:
            reading.malformed += 1
            continue
        if event.event_type.startswith(PREFIX) and event.status in STATUSES:
            reading.events.append(
                MessageEvent(
                    event.subject_sid,
                    event.status,
                    event.event_time,
                    event.error_code,
                    event.account_sid,
                    event.messaging_service_sid,
                    event.channel,
                    event.country,
                )
            )
        else:
            reading.others += 1
    return reading
