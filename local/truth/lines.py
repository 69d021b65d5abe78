"""The truth file: NDJSON, one line per distinct event and one per message."""

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


_encoder: Final = msgspec.json.Encoder()
_decoder: Final[msgspec.json.Decoder[EventLine | MessageLine]] = msgspec.json.Decoder(
    EventLine | MessageLine
)


def encode_line(line: EventLine | MessageLine) -> bytes:
    """One line with its end."""
    return _encoder.encode(line) + b"\n"


def decode_line(line: bytes) -> EventLine | MessageLine:
    """The opposite; msgspec.DecodeError when it is no line of a truth file."""
    return _decoder.decode(line)
