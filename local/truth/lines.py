"""The truth file: NDJSON, one line per distinct event and one per thing that events are about."""

from typing import Final, Literal

import msgspec

Outcome = Literal["unknown", "delivered", "undelivered", "failed", "canceled"]


class EventLine(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="event"):
    """An event the webhook acknowledged; ``time`` is ISO 8601 with milliseconds."""

    id: str
    type: str
    subject_sid: str
    time: str
    status: str
    error_code: int


class MessageLine(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="message"):
    """What all acknowledged events of one message amount to; times as in EventLine."""

    message_sid: str
    account_sid: str
    messaging_service_sid: str
    channel: str
    country: str
    outcome: Outcome
    error_code: int
    sent_at: str | None
    finished_at: str | None


class AttemptLine(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="attempt"):
    """The same of one attempt of a verification."""

    attempt_sid: str
    verification_sid: str
    account_sid: str
    service_sid: str
    channel: str
    country: str
    outcome: Outcome
    error_code: int
    sent_at: str | None
    finished_at: str | None


class VerificationLine(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="verification"
):
    """What all acknowledged events of one verification and its attempts amount to.

    ``channel`` is the first attempt's. One whose end was not told is ``pending``.
    """

    verification_sid: str
    account_sid: str
    service_sid: str
    country: str
    channel: str
    status: str
    started_at: str
    finished_at: str | None
    channels: list[str]
    attempts: int
    delivered_attempts: int


class CallLine(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="call"):
    """What all acknowledged events of one call amount to."""

    call_sid: str
    account_sid: str
    country: str
    outcome: str
    started_at: str
    answered_at: str | None
    ended_at: str | None
    duration_s: int


class ErrorLine(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="error"):
    """An entry of the error log; ``id`` is the event's."""

    id: str
    account_sid: str
    time: str
    error_code: int
    level: str
    product: str
    resource_sid: str
    correlation_sid: str


Line = EventLine | MessageLine | AttemptLine | VerificationLine | CallLine | ErrorLine

_encoder: Final = msgspec.json.Encoder()
_decoder: Final[msgspec.json.Decoder[Line]] = msgspec.json.Decoder(Line)


def encode_line(line: Line) -> bytes:
    """One line with its end."""
    return _encoder.encode(line) + b"\n"


def decode_line(line: bytes) -> Line:
    """The opposite; msgspec.DecodeError when it is no line of a truth file."""
    return _decoder.decode(line)
