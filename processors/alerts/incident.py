"""An incident: what is known of it, and what is told of it."""

import msgspec

from pipeline.items.alert import Kind, Severity, State
from processors.alerts.slices import Slice


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of an incident's slice over its recent history.

    For ``silence`` and ``stopped`` they count receipts and messages instead of failures.
    """

    observed: float
    expected: float
    known: float
    rate_low: float
    rate_high: float
    evidence: float
    threshold: float

    @property
    def affected(self) -> float:
        """How many more failed, or how many fewer came, than expected."""
        return abs(self.observed - self.expected)


class Incident(msgspec.Struct, kw_only=True):
    """One open incident; minutes are since the epoch."""

    id: str
    kind: Kind
    severity: Severity
    root: Slice
    started: int
    fired: int
    figures: Figures
    multiplier: float
    children: list[Slice] = []
    calm: float = 0.0
    calm_since: int = 0
    resolved: int = 0
    resolution: str = ""
    where: dict[str, str] = {}  # of a static rule, instead of a slice
    seen: int = 0  # last minute with anything to judge by
    told: int = 0  # transitions so far


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """What is announced: an incident's state as of ``minute``."""

    incident: Incident
    state: State
    minute: int
    reason: str
