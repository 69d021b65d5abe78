"""What the detector can be told, apart from rules."""

from typing import Final

import msgspec

MINUTES_A_MONTH: Final = 30 * 24 * 60


class Tuning(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The numbers that decide how soon and how often the detector speaks."""

    false_pages_a_month: float = 1.0
    false_tickets_a_month: float = 10.0
    #: Parts of the budgets for failure rates, silence and traffic that stops.
    shares: tuple[float, float, float] = (0.8, 0.12, 0.08)
    #: Expected failure rate where nothing is known at all.
    prior_rate: float = 0.05
    #: Failure rates up to so much above usual, relatively, are not worth an alert.
    tolerance: float = 0.0
    #: Standard deviations of the baseline's own uncertainty that are granted on top.
    caution: float = 1.0
    #: Fewest extra failures, or missing receipts, that make an alert.
    least_affected: int = 5
    #: Minutes that receipts, or traffic, must be missing.
    least_silent_minutes: int = 3
    #: Nats of evidence for the usual rate that end an incident, and the fewest minutes they take.
    resolve_at: float = 4.0
    resolve_minutes: int = 3
    #: An incident in the same place within so many minutes after the last is the same one.
    reopen_minutes: int = 30
    max_leaves: int = 100_000
