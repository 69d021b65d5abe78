"""The 60 s windows that a run's messages must add up to."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

from local.truth.rows import CellCounts, CellKey, MessageRow
from pipeline.twilio.error_classes import error_class_of

WINDOW_SECONDS: Final = 60
_MS: Final = 1_000


def expected_windows(messages: Iterable[MessageRow]) -> dict[CellKey, CellCounts]:
    """Every message counts once, in the window it was sent in.

    One without a sent event counts in the window it ended in; one that was only queued in none.
    """
    cells: dict[CellKey, Counter[str]] = defaultdict(Counter)
    for message in messages:
        time = message.sent_ms if message.sent_ms is not None else message.finished_ms
        if time is not None:
            cells[_key(message, time)][message.outcome] += 1
    return {key: _counts(outcomes) for key, outcomes in cells.items()}


def _key(message: MessageRow, time: int) -> CellKey:
    second = time // _MS
    return CellKey(
        window_start=second - second % WINDOW_SECONDS,
        account_sid=message.account_sid,
        product="messaging",
        channel=message.channel,
        service_sid=message.service_sid,
        country=message.country,
        error_class=error_class_of(message.error_code),
    )


def _counts(outcomes: Counter[str]) -> CellCounts:
    names = ("delivered", "undelivered", "failed", "canceled", "unknown")
    return CellCounts(outcomes.total(), *(outcomes[name] for name in names))
