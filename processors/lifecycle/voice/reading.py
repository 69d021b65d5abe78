"""From a raw record to the receipts of its calls.

A call is sent when it starts to ring and delivered when it is answered. Status callbacks tell
each step as it comes, and only those the call asked for; Voice Insights' summary tells the end.
Calls that came in are nothing anybody sent: they are counted by type alone.
"""

from collections.abc import Mapping
from typing import Any, Final

from pipeline.twilio.clock import parse_time
from pipeline.twilio.envelope import Envelope, NotAnEventError, read_envelope, split
from pipeline.twilio.event import error_code_of, event_time
from pipeline.twilio.sender import sender_type_of
from pipeline.twilio.subject import subject_sid
from processors.lifecycle.dimensions import DIMENSIONS, Dimensions
from processors.lifecycle.placement import BUSY, NO_ANSWER
from processors.lifecycle.reading import COUNTRIES, PREFIX, Reading, contact, fits
from processors.lifecycle.receipt import Receipt
from processors.lifecycle.status import CANCELED, DELIVERED, FAILED, SENT, UNDELIVERED

_CALLBACKS: Final = (
    "com.twilio.voice.status-callback.call.",
    "com.twilio.voice.webhook.status-callback.call.",
)
_SUMMARIES: Final = "com.twilio.voice.insights.call-summary."
_STEPS: Final = {
    "queued": SENT,
    "initiated": SENT,
    "ringing": SENT,
    "answered": DELIVERED,
    "in-progress": DELIVERED,
    "completed": DELIVERED,
    "busy": UNDELIVERED,
    "no-answer": UNDELIVERED,
    "noanswer": UNDELIVERED,
    "failed": FAILED,
    "fail": FAILED,
    "canceled": CANCELED,
    "cancelled": CANCELED,
}
_REASONS: Final = {"busy": BUSY, "no-answer": NO_ANSWER, "noanswer": NO_ANSWER}
_ENDED: Final = "completed"
_LONGEST_S: Final = 7 * 24 * 3600
_Fields = Mapping[str, Any]


def read_voice(value: bytes, received_at: int) -> Reading:
    """Read all events of a record's value; NotAnEventError when it is no JSON array."""
    reading = Reading()
    for element in split(value):
        try:
            envelope = read_envelope(element)
        except NotAnEventError:
            reading.malformed += 1
            continue
        receipts = _receipts(envelope, event_time(envelope, received_at))
        if not receipts:
            reading.unused[envelope.type] += 1
        elif fits(receipts[0].sid):
            reading.events += 1
            reading.receipts += receipts
        else:
            reading.oversized += 1
    return reading


def _receipts(envelope: Envelope, time: int) -> list[Receipt]:
    if envelope.type.startswith(_CALLBACKS):
        return _of_callback(envelope, time)
    if envelope.type.startswith(_SUMMARIES):
        return _of_summary(envelope, time)
    return []


def _of_callback(envelope: Envelope, time: int) -> list[Receipt]:
    """One step; the end alone says nothing where it does not say how the call ended."""
    fields = _object(_object(envelope.data.get("request")).get("parameters"))
    name = envelope.type.rpartition(".")[2]
    step = _text(fields, "CallStatus").lower() or (name if name != _ENDED else "")
    if step not in _STEPS or _came_in(_text(fields, "Direction")):
        return []
    if step == _ENDED:
        time -= 1000 * _seconds(fields, "CallDuration")
    dims = _dimensions(
        _text(fields, "AccountSid") or _text(envelope.data, "account_sid", "accountSid"),
        _text(fields, "From"),
        to := _text(fields, "To"),
    )
    code = _REASONS.get(step) or error_code_of(fields.get("ErrorCode"))
    return [Receipt(subject_sid(envelope), _STEPS[step], time, code, dims, contact(to))]


def _of_summary(envelope: Envelope, time: int) -> list[Receipt]:
    """The end, and the start where the time in between is how long it rang."""
    data = envelope.data
    step = _text(data, "call_state").lower().replace("_", "-")
    status = _STEPS.get(step, SENT)
    if status == SENT or _came_in(_text(_object(data.get("properties")), "direction")):
        return []
    to = _text(_object(data.get("to")), "callee")
    sender = _text(_object(data.get("from")), "caller")
    dims = _dimensions(_text(data, "account_sid"), sender, to)
    ended = parse_time(data.get("end_time")) or time
    talked = "connect_duration" if "connect_duration" in data else "duration"
    decided = ended - 1000 * _seconds(data, talked) if status == DELIVERED else ended
    sid, number = subject_sid(envelope), contact(to)
    found = [Receipt(sid, status, decided, _REASONS.get(step, 0), dims, number)]
    started = parse_time(data.get("start_time"))
    if started and (status != DELIVERED or talked == "connect_duration"):
        found.append(Receipt(sid, SENT, started, 0, dims, number))
    return found


def _dimensions(account: str, sender: str, to: str) -> Dimensions:
    return DIMENSIONS[
        account, "", "voice", COUNTRIES[None, to[:PREFIX]], "", sender_type_of(sender)
    ]


def _came_in(direction: str) -> bool:
    return direction.lower().startswith("inbound")


def _object(value: object) -> _Fields:
    return value if isinstance(value, dict) else {}


def _text(fields: _Fields, *names: str) -> str:
    values = (fields.get(name) for name in names)
    return next((value for value in values if isinstance(value, str) and value), "")


def _seconds(fields: _Fields, name: str) -> int:
    """A duration Twilio sends as a number here and as a text there; 0 where it is neither."""
    value = fields.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:10])
    valid = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LONGEST_S
    return value if valid and isinstance(value, int) else 0
