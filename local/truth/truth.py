"""A truth file in memory."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from local.truth.lines import EventLine, MessageLine, decode_line
from local.truth.rows import CellCounts, CellKey, EventRow, MessageRow
from local.truth.windows import expected_windows
from pipeline.errors import ConfigurationError
from pipeline.twilio.clock import parse_time


@dataclass(frozen=True)
class Truth:
    """Events and messages by their ids, and the windows they amount to."""

    events: dict[str, EventRow]
    messages: dict[str, MessageRow]

    @cached_property
    def windows(self) -> dict[CellKey, CellCounts]:
        """The window cells of all messages."""
        return expected_windows(self.messages.values())

    @cached_property
    def accounts(self) -> list[str]:
        """The run's own accounts."""
        return sorted({message.account_sid for message in self.messages.values()})

    @cached_property
    def event_times(self) -> list[int]:
        """Times of all events, oldest first."""
        return sorted(event.event_ms for event in self.events.values())


def read_truth(path: Path) -> Truth:
    """Read a truth file; ConfigurationError when it is none."""
    truth = Truth({}, {})
    try:
        with path.open("rb") as file:
            for line in file:
                _add(truth, decode_line(line))
    except OSError as error:
        raise ConfigurationError(f"can't read the truth file {path}: {error.strerror}") from error
    except (msgspec.DecodeError, ValueError) as error:
        raise ConfigurationError(f"{path} is not a truth file: {error}") from error
    return truth


def _add(truth: Truth, line: EventLine | MessageLine) -> None:
    if isinstance(line, EventLine):
        truth.events[line.id] = EventRow(
            line.type, line.subject_sid, _time(line.time), line.status, line.error_code
        )
        return
    truth.messages[line.message_sid] = MessageRow(
        account_sid=line.account_sid,
        messaging_service_sid=line.messaging_service_sid,
        channel=line.channel,
        country=line.country,
        outcome=line.outcome,
        error_code=line.error_code,
        sent_ms=_time(line.sent_at) if line.sent_at else None,
        finished_ms=_time(line.finished_at) if line.finished_at else None,
    )


def _time(text: str) -> int:
    milliseconds = parse_time(text)
    if milliseconds is None:
        raise ValueError(f"not a time: {text}")
    return milliseconds
