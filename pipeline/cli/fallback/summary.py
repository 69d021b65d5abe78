"""What policies would have done, counted."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from pipeline.items.fallback_step import FallbackStep
from pipeline.items.outcome import Outcome

_FAILURES: Final = ("failed", "undelivered", "silent")
_HEADS: Final = ("policy", "country", "state", "action", "channel", "reason", "times", "cost")


class Summary:
    """Adds up what would be done, and what is not and why.

    A plan's first step would be sent for certain; those behind it only if nobody answered.
    """

    def __init__(self) -> None:
        self._failures = 0
        self._sent = [0, 0]
        self._cost = [0.0, 0.0]
        self._begun: set[str] = set()
        self._times = Counter[tuple[str, ...]]()
        self._costs = defaultdict[tuple[str, ...], float](float)

    def heard(self, outcome: Outcome) -> None:
        """Count an outcome that a policy may be for."""
        self._failures += outcome.kind in _FAILURES and outcome.product != "voice"

    def add(self, told: FallbackStep) -> None:
        """Count a transition; how a plan ended counts where nothing was sent."""
        is_begun = told.plan_id in self._begun
        if told.state == "dispatched":
            row = self._count(told, "could be sent" if is_begun else "sent")
            self._sent[is_begun] += 1
            self._cost[is_begun] += told.price
            self._costs[row] += told.price
            self._begun.add(told.plan_id)
        elif told.state == "skipped" or (told.state == "ended" and not is_begun):
            self._count(told, told.state)
        if told.state in ("ended", "succeeded"):
            self._begun.discard(told.plan_id)

    def _count(self, told: FallbackStep, state: str) -> tuple[str, ...]:
        row = (told.policy, told.country, state, told.action, told.channel, told.reason)
        self._times[row] += 1
        return row

    def lines(self) -> Iterator[str]:
        """A table, the most frequent first, below the sums."""
        yield (
            f"{self._failures:,} failures, {self._sent[0]:,} steps would have been sent, "
            f"expected cost {self._cost[0]:,.2f}"
        )
        yield (
            f"had nobody answered these, {self._sent[1]:,} more could have been sent, "
            f"for {self._cost[1]:,.2f}"
        )
        ranked = sorted(self._times.items(), key=lambda item: (-item[1], item[0]))
        rows = [(*row, f"{times:,}", self._cost_of(row)) for row, times in ranked]
        yield from _aligned([_HEADS, *rows] if rows else [])

    def _cost_of(self, row: tuple[str, ...]) -> str:
        return f"{self._costs[row]:,.2f}" if row in self._costs else ""


def _aligned(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
