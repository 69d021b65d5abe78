"""The truth about whatever events are about: the line that its acknowledged events amount to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.simulator.call import Call
from local.simulator.cloud_event import iso
from local.simulator.error_entry import ErrorEntry
from local.simulator.lifecycle import Status, Step
from local.simulator.message import Message
from local.simulator.outcome import join
from local.simulator.verification import Attempt, Verification
from local.truth.lines import (
    AttemptLine,
    CallLine,
    ErrorLine,
    MessageLine,
    VerificationLine,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from local.simulator.planned import PlannedEvent, Subject

    Conclusion = MessageLine | AttemptLine | VerificationLine | CallLine | ErrorLine


def conclude(subject: Subject, events: Sequence[PlannedEvent]) -> Conclusion:
    """What must be found about a subject; a verification's events are its attempts', too."""
    if isinstance(subject, Message):
        return message_line(subject, steps_of(events))
    if isinstance(subject, Attempt):
        return _attempt_line(subject, steps_of(events))
    if isinstance(subject, Verification):
        return _verification_line(subject, events)
    return _call_line(subject, events) if isinstance(subject, Call) else _error_line(subject)


def steps_of(events: Iterable[PlannedEvent]) -> list[Step]:
    """The steps that these events tell."""
    steps = list[Step]()
    for event in events:
        status: Status = event.status  # type: ignore[assignment]  # such an event has a step's status
        steps.append(Step(status, event.time, event.error_code))
    return steps


def message_line(message: Message, steps: Iterable[Step]) -> MessageLine:
    """What must be found about a message of which these steps arrived."""
    joined = join(steps)
    return MessageLine(
        message_sid=message.sid,
        account_sid=message.account.sid,
        messaging_service_sid=message.service.sid,
        channel=message.channel,
        country=message.country.code,
        outcome=joined.outcome,
        error_code=joined.error_code,
        sent_at=_text(joined.sent_at),
        finished_at=_text(joined.finished_at),
    )


def _attempt_line(attempt: Attempt, steps: Iterable[Step]) -> AttemptLine:
    joined, own = join(steps), attempt.verification
    return AttemptLine(
        attempt_sid=attempt.sid,
        verification_sid=own.sid,
        account_sid=own.account.sid,
        service_sid=own.account.verify_service_sid,
        channel=attempt.channel,
        country=own.country.code,
        outcome=joined.outcome,
        error_code=joined.error_code,
        sent_at=_text(joined.sent_at),
        finished_at=_text(joined.finished_at),
    )


def _verification_line(own: Verification, events: Sequence[PlannedEvent]) -> VerificationLine:
    news = [event for event in events if isinstance(event.subject, Verification)]
    heard = [event.subject for event in events if isinstance(event.subject, Attempt)]
    attempts = {each.sid: each for event in news for each in event.attempts}
    attempts |= {each.sid: each for each in heard}
    ended = [event for event in news if event.status != "pending"]
    arrived = {
        event.subject.sid
        for event in events
        if isinstance(event.subject, Attempt) and event.status in {"delivered", "read"}
    }
    first = min(attempts.values(), key=lambda each: each.time)
    return VerificationLine(
        verification_sid=own.sid,
        account_sid=own.account.sid,
        service_sid=own.account.verify_service_sid,
        country=own.country.code,
        channel=first.channel,
        status=ended[0].status if ended else "pending",
        started_at=iso(own.start if news else min(event.time for event in events)),
        finished_at=iso(ended[0].time) if ended else None,
        channels=sorted({each.channel for each in attempts.values()}),
        attempts=len(attempts),
        delivered_attempts=len(arrived),
    )


def _call_line(call: Call, events: Sequence[PlannedEvent]) -> CallLine:
    summed_up = any(".insights." in event.type for event in events)
    ended = any(event.type.endswith(".call.completed") for event in events)
    told = ended or summed_up
    times = [event.time for event in events]
    answered = [event.time for event in events if event.status == "answered"]
    return CallLine(
        call_sid=call.sid,
        account_sid=call.account.sid,
        country=call.country.code,
        outcome=call.outcome if told else "unknown",
        started_at=iso(call.start if summed_up else min(times)),
        answered_at=_text(min(answered, default=None)),
        ended_at=iso(call.end) if told else None,
        duration_s=call.talk_s if told else 0,
    )


def _error_line(entry: ErrorEntry) -> ErrorLine:
    return ErrorLine(
        id=entry.sid,
        account_sid=entry.account_sid,
        time=iso(entry.time),
        error_code=entry.error_code,
        level=entry.level,
        product=entry.product,
        resource_sid=entry.resource_sid,
        correlation_sid=entry.correlation_sid,
    )


def _text(time: int | None) -> str | None:
    return None if time is None else iso(time)
