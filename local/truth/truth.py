"""A truth file in memory."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import msgspec

from local.truth.lines import (
    AttemptLine,
    CallLine,
    ErrorLine,
    EventLine,
    Line,
    MessageLine,
    VerificationLine,
    decode_line,
)
from local.truth.rows import (
    CallRow,
    CellCounts,
    CellKey,
    ErrorRow,
    EventRow,
    FunnelCounts,
    FunnelKey,
    MessageRow,
    VerificationRow,
)
from local.truth.windows import call_windows, funnel, message_windows
from pipeline.errors import ConfigurationError
from pipeline.twilio.clock import parse_time


@dataclass(frozen=True)
class Truth:
    """Events and what they are about by their ids, and the windows they amount to."""

    events: dict[str, EventRow] = field(default_factory=dict)
    messages: dict[str, MessageRow] = field(default_factory=dict)
    attempts: dict[str, MessageRow] = field(default_factory=dict)
    verifications: dict[str, VerificationRow] = field(default_factory=dict)
    calls: dict[str, CallRow] = field(default_factory=dict)
    errors: dict[str, ErrorRow] = field(default_factory=dict)

    @cached_property
    def windows(self) -> dict[CellKey, CellCounts]:
        """The window cells of all messages, attempts and calls."""
        return {
            **message_windows(self.messages.values(), "messaging"),
            **message_windows(self.attempts.values(), "verify"),
            **call_windows(self.calls.values()),
        }

    @cached_property
    def funnel(self) -> dict[FunnelKey, FunnelCounts]:
        """The funnel's cells of all verifications."""
        return funnel(self.verifications.values())

    @cached_property
    def accounts(self) -> list[str]:
        """The run's own accounts."""
        tables = (self.messages, self.attempts, self.verifications, self.calls, self.errors)
        return sorted({row.account_sid for table in tables for row in table.values()})

    @cached_property
    def event_times(self) -> list[int]:
        """Times of all events, oldest first."""
        return sorted(event.event_ms for event in self.events.values())


def read_truth(path: Path) -> Truth:
    """Read a truth file; ConfigurationError when it is none."""
    truth = Truth()
    try:
        with path.open("rb") as file:
            for line in file:
                _add(truth, decode_line(line))
    except OSError as error:
        raise ConfigurationError(f"can't read the truth file {path}: {error.strerror}") from error
    except (msgspec.DecodeError, ValueError) as error:
        raise ConfigurationError(f"{path} is not a truth file: {error}") from error
    return truth


def _add(truth: Truth, line: Line) -> None:
    match line:
        case EventLine():
            truth.events[line.id] = _event(line)
        case MessageLine():
            truth.messages[line.message_sid] = _message(line, line.messaging_service_sid)
        case AttemptLine():
            truth.attempts[line.attempt_sid] = _message(line, line.service_sid)
        case VerificationLine():
            truth.verifications[line.verification_sid] = _verification(line)
        case CallLine():
            truth.calls[line.call_sid] = _call(line)
        case ErrorLine():
            truth.errors[line.id] = _error(line)


def _event(line: EventLine) -> EventRow:
    time = _time(line.time)
    return EventRow(line.type, line.subject_sid, time, line.status, line.error_code)


def _message(line: MessageLine | AttemptLine, service_sid: str) -> MessageRow:
    return MessageRow(
        account_sid=line.account_sid,
        service_sid=service_sid,
        channel=line.channel,
        country=line.country,
        outcome=line.outcome,
        error_code=line.error_code,
        sent_ms=_optional(line.sent_at),
        finished_ms=_optional(line.finished_at),
    )


def _verification(line: VerificationLine) -> VerificationRow:
    return VerificationRow(
        account_sid=line.account_sid,
        service_sid=line.service_sid,
        country=line.country,
        channel=line.channel,
        status=line.status,
        started_ms=_time(line.started_at),
        finished_ms=_optional(line.finished_at),
        channels=tuple(line.channels),
        attempts=line.attempts,
        delivered_attempts=line.delivered_attempts,
    )


def _call(line: CallLine) -> CallRow:
    return CallRow(
        account_sid=line.account_sid,
        country=line.country,
        outcome=line.outcome,
        started_ms=_time(line.started_at),
        answered_ms=_optional(line.answered_at),
        ended_ms=_optional(line.ended_at),
        duration_s=line.duration_s,
    )


def _error(line: ErrorLine) -> ErrorRow:
    return ErrorRow(
        account_sid=line.account_sid,
        event_ms=_time(line.time),
        error_code=line.error_code,
        level=line.level,
        product=line.product,
        resource_sid=line.resource_sid,
        correlation_sid=line.correlation_sid,
    )


def _optional(text: str | None) -> int | None:
    return None if text is None else _time(text)


def _time(text: str) -> int:
    milliseconds = parse_time(text)
    if milliseconds is None:
        raise ValueError(f"not a time: {text}")
    return milliseconds
