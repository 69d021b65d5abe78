"""What is known about the run while it goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from local.demo.fallbacks import Fallbacks
from local.demo.snapshot import NOTHING, Snapshot
from local.simulator.country import COUNTRIES

if TYPE_CHECKING:
    from local.simulator.run import Run

Phase = Literal["sending", "comparing", "done"]


@dataclass(slots=True)
class Stage:
    """Changed by the demo, read by what shows it; ``now_ms`` is the time of the last snapshot."""

    run: Run
    now_ms: int
    phase: Phase = "sending"
    snapshot: Snapshot = field(default=NOTHING)
    fallbacks: Fallbacks = field(default_factory=lambda: Fallbacks(frozenset()))

    @property
    def elapsed_s(self) -> float:
        """Seconds since the first message."""
        return max(self.now_ms - self.run.plan.start, 0) / 1_000

    @property
    def progress(self) -> float:
        """How far the sending is, 0 to 1."""
        plan = self.run.plan
        return min(self.elapsed_s * plan.rate / plan.messages, 1.0)

    @property
    def outage_now(self) -> bool:
        """Whether messages sent now meet the outage."""
        return self.phase == "sending" and self.run.plan.scenario.broken(self.progress)

    @property
    def doing(self) -> str:
        """The phase in words."""
        if self.phase == "comparing":
            return "comparing what is stored with what was sent"
        if self.phase == "done":
            return "done"
        if self.progress >= 1:
            return "last receipts and repetitions arrive"
        return f"sending, outage in {self._outage_country}" if self.outage_now else "sending"

    @property
    def _outage_country(self) -> str:
        code = self.run.plan.scenario.outage_country
        return next(country.name for country in COUNTRIES if country.code == code)
