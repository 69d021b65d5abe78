"""The 60 s windows that a run's messages, attempts, calls and verifications must add up to."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

from local.truth.rows import (
    CallRow,
    CellCounts,
    CellKey,
    FunnelCounts,
    FunnelKey,
    MessageRow,
    VerificationRow,
)
from pipeline.twilio.error_classes import error_class_of

WINDOW_SECONDS: Final = 60
_MS: Final = 1_000
_OUTCOMES: Final = ("delivered", "undelivered", "failed", "canceled", "unknown")
#: What may never have been sent, so that its end is its window.
_UNSENT: Final = frozenset({"failed", "canceled"})
#: How a call's end counts, and in which class.
_CALLS: Final = {
    "completed": ("delivered", ""),
    "busy": ("undelivered", "busy"),
    "no-answer": ("undelivered", "no_answer"),
    "failed": ("failed", ""),
    "canceled": ("canceled", ""),
    "unknown": ("unknown", ""),
}


def message_windows(messages: Iterable[MessageRow], product: str) -> dict[CellKey, CellCounts]:
    """Every message counts once, in the window it was sent in.

    One that failed without having been sent counts in the window it ended in; one that was only
    queued, or only told to have arrived, in none.
    """
    cells: dict[CellKey, Counter[str]] = defaultdict(Counter)
    for message in messages:
        time = message.sent_ms
        if time is None and message.outcome in _UNSENT:
            time = message.finished_ms
        if time is not None:
            cells[_key(message, product, time)][message.outcome] += 1
    return {key: _counts(outcomes) for key, outcomes in cells.items()}


def call_windows(calls: Iterable[CallRow]) -> dict[CellKey, CellCounts]:
    """Every call counts once, in the window it was started in."""
    cells: dict[CellKey, Counter[str]] = defaultdict(Counter)
    for call in calls:
        talking = call.outcome == "unknown" and call.answered_ms is not None
        outcome, error_class = _CALLS["completed" if talking else call.outcome]
        key = CellKey(
            window_start=_start(call.started_ms),
            account_sid=call.account_sid,
            product="voice",
            channel="voice",
            service_sid="",
            country=call.country,
            error_class=error_class,
        )
        cells[key][outcome] += 1
    return {key: _counts(outcomes) for key, outcomes in cells.items()}


def funnel(verifications: Iterable[VerificationRow]) -> dict[FunnelKey, FunnelCounts]:
    """Every verification counts once, in the window it was started in."""
    cells: dict[FunnelKey, list[VerificationRow]] = defaultdict(list)
    for own in verifications:
        key = FunnelKey(
            window_start=_start(own.started_ms),
            account_sid=own.account_sid,
            service_sid=own.service_sid,
            country=own.country,
            channel=own.channel,
        )
        cells[key].append(own)
    return {key: _funnel_counts(own) for key, own in cells.items()}


def _key(message: MessageRow, product: str, time: int) -> CellKey:
    return CellKey(
        window_start=_start(time),
        account_sid=message.account_sid,
        product=product,
        channel=message.channel,
        service_sid=message.service_sid,
        country=message.country,
        error_class=error_class_of(message.error_code),
    )


def _start(time: int) -> int:
    second = time // _MS
    return second - second % WINDOW_SECONDS


def _counts(outcomes: Counter[str]) -> CellCounts:
    return CellCounts(outcomes.total(), *(outcomes[name] for name in _OUTCOMES))


def _funnel_counts(verifications: list[VerificationRow]) -> FunnelCounts:
    states = Counter(own.status for own in verifications)
    return FunnelCounts(
        started=len(verifications),
        approved=states["approved"],
        canceled=states["canceled"],
        max_attempts=states["max_attempts_reached"],
        pending_or_expired=states["pending"] + states["expired"],
        delivered=sum(own.delivered_attempts > 0 for own in verifications),
        attempts=sum(own.attempts for own in verifications),
        repeated=sum(own.attempts > 1 for own in verifications),
    )
