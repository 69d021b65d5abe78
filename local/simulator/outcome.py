"""What the events of a message or an attempt amount to, by the rules of the lifecycle."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from local.simulator.lifecycle import Step
from local.truth.lines import Outcome

#: Of two endings in the same millisecond the one further down counts.
_PRECEDENCE: Final[dict[str, Outcome]] = {
    "delivered": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
}


class Joined(NamedTuple):
    """Times in epoch ms; ``error_code`` is 0 where it does not fail."""

    outcome: Outcome
    error_code: int
    sent_at: int | None
    finished_at: int | None


def join(steps: Iterable[Step]) -> Joined:
    """What must be found about a message of which these steps arrived."""
    known = list(steps)
    last = max((step for step in known if step.status in _PRECEDENCE), key=_order, default=None)
    ending: Outcome = _PRECEDENCE[last.status] if last else "unknown"
    outcome: Outcome = ending if _first(known, "read") is None else "delivered"
    delivered = outcome == "delivered"
    return Joined(
        outcome=outcome,
        error_code=last.error_code if last and not delivered else 0,
        sent_at=_first(known, "sent"),
        finished_at=_finished(known) if delivered else last.time if last else None,
    )


def _order(step: Step) -> tuple[int, int]:
    return step.time, list(_PRECEDENCE).index(step.status)


def _finished(steps: list[Step]) -> int | None:
    delivered_at = _first(steps, "delivered")
    return _first(steps, "read") if delivered_at is None else delivered_at


def _first(steps: list[Step], status: str) -> int | None:
    return min((step.time for step in steps if step.status == status), default=None)
