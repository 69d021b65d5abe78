"""The truth about a message: what its events amount to, by the rules of the lifecycle."""

from collections.abc import Iterable
from typing import Final

from local.simulator.cloud_event import iso
from local.simulator.lifecycle import Step
from local.simulator.message import Message
from local.truth.lines import MessageLine, Outcome

#: Of two endings in the same millisecond the one further down counts.
_PRECEDENCE: Final[tuple[Outcome, ...]] = ("delivered", "undelivered", "failed")


def message_line(message: Message, steps: Iterable[Step]) -> MessageLine:
    """What must be found about a message of which these steps arrived."""
    known = list(steps)
    endings = [step for step in known if step.status in _PRECEDENCE]
    last = max(endings, key=_order, default=None)
    read_at = _first(known, "read")
    outcome = "delivered" if read_at is not None else _ending(last)
    delivered = outcome == "delivered"
    finished_at = _finished(known) if delivered else last.time if last else None
    return MessageLine(
        message_sid=message.sid,
        account_sid=message.account.sid,
        messaging_service_sid=message.service.sid,
        channel=message.channel,
        country=message.country.code,
        outcome=outcome,
        error_code=last.error_code if last and not delivered else 0,
        sent_at=_text(_first(known, "sent")),
        finished_at=_text(finished_at),
    )


def _ending(last: Step | None) -> Outcome:
    return _PRECEDENCE[_PRECEDENCE.index(last.status)] if last else "unknown"


def _order(step: Step) -> tuple[int, int]:
    return step.time, _PRECEDENCE.index(step.status)


def _finished(steps: list[Step]) -> int | None:
    delivered_at = _first(steps, "delivered")
    return _first(steps, "read") if delivered_at is None else delivered_at


def _first(steps: list[Step], status: str) -> int | None:
    return min((step.time for step in steps if step.status == status), default=None)


def _text(time: int | None) -> str | None:
    return None if time is None else iso(time)
