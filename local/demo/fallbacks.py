"""What came of fallbacks so far, counted from what was told of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

from local.truth.comparison import Comparison, compare

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.items.fallback_step import FallbackStep


@dataclass(slots=True)
class Fallbacks:
    """Fallbacks of these accounts; what is told again counts once."""

    accounts: frozenset[str]
    plans: set[str] = field(default_factory=set)
    dispatched: int = 0
    recovered: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    _waits_ms: list[int] = field(default_factory=list)
    _heard: set[str] = field(default_factory=set)

    def hear(self, step: FallbackStep) -> None:
        """Count a transition."""
        if step.account_sid not in self.accounts or step.id in self._heard:
            return
        self._heard.add(step.id)
        if step.state == "planned":
            self.plans.add(step.plan_id)
        elif step.state == "dispatched":
            self.dispatched += 1
            if step.step == 0 and step.cause != "silent":
                self._waits_ms.append(step.at - step.heard_at)
        elif step.state in ("sent", "unknown"):
            self.taken[step.verification_sid] += 1
        elif step.state == "succeeded":
            self.recovered += 1
        elif step.state == "skipped":
            self.skipped[step.reason] += 1

    @property
    def median_wait_s(self) -> float | None:
        """Half of what failed was dispatched within so many seconds of the news."""
        return median(self._waits_ms) / 1_000 if self._waits_ms else None

    def compared(self, effects: Iterable[Mapping[str, Any]]) -> Comparison:
        """Compare with what Twilio sent: a code for each that it took, and no other.

        A code that goes out after a verification has ended begins another one at Twilio, so it
        would be found as unexpected.
        """
        sent = Counter(effect["verification_sid"] for effect in effects)
        told = {sid: (count,) for sid, count in self.taken.items()}
        return compare("fallbacks", told, {sid: (count,) for sid, count in sent.items()})


def described(fallbacks: Fallbacks) -> list[str]:
    """Lines for people, the skipped with the most frequent reasons; none before the first."""
    if not (fallbacks.plans or fallbacks.skipped):
        return []
    wait = fallbacks.median_wait_s
    after = "" if wait is None else f", half within {wait:.1f} s of the failure's news"
    lines = [
        f"{len(fallbacks.plans):,} planned, {fallbacks.dispatched:,} dispatched{after}",
        f"{fallbacks.recovered:,} users signed in after one",
    ]
    if fallbacks.skipped:
        most = fallbacks.skipped.most_common(4)
        lines[1] += "; skipped " + ", ".join(f"{count} {reason}" for reason, count in most)
    return lines
