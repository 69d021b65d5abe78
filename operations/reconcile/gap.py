"""What of a message never came: pure."""

from typing import Final, Literal

import msgspec

from operations.reconcile.listed import Listed

#: missing: nothing is stored; unfinished: no outcome is; different: another one is.
GapKind = Literal["missing", "unfinished", "different"]
_OUTCOMES: Final = {
    "delivered": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "canceled",
    "read": "delivered",
}
_LEFT: Final = frozenset({"sent", "delivered", "undelivered", "read"})


class Stored(msgspec.Struct, frozen=True):
    """What the events made of a message."""

    outcome: str
    was_sent: bool


class Gap(msgspec.Struct, frozen=True):
    """A message of which something never came, and the statuses that would tell it."""

    kind: GapKind
    message: Listed
    statuses: tuple[str, ...]


def gap_of(message: Listed, stored: Stored | None) -> Gap | None:
    """None when nothing that was to come is absent.

    Messages that are on their way lack nothing yet, nor do those that were canceled before any
    event told of them.
    """
    outcome = _OUTCOMES.get(message.status, "")
    if message.is_inbound or not (outcome or message.status == "sent"):
        return None
    if stored is None:
        return (
            None if outcome == "canceled" else Gap("missing", message, _statuses(message, stored))
        )
    if outcome in ("", stored.outcome):
        told = stored.was_sent or stored.outcome != "unknown"
        return None if outcome or told else Gap("unfinished", message, ("sent",))
    kind: GapKind = "unfinished" if stored.outcome == "unknown" else "different"
    return Gap(kind, message, _statuses(message, stored))


def _statuses(message: Listed, stored: Stored | None) -> tuple[str, ...]:
    was_sent = stored is not None and stored.was_sent
    sent = ("sent",) if message.status in _LEFT and not was_sent else ()
    end = {"sent": (), "read": ("delivered", "read")}.get(message.status, (message.status,))
    return (*sent, *end)
