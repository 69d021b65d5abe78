"""One call: what stays the same over its events."""

from dataclasses import dataclass
from typing import Literal

from local.simulator.account import Account
from local.simulator.country import Country

CallOutcome = Literal["completed", "busy", "no-answer", "failed", "canceled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Times in epoch ms; ``answered`` is None where nobody answered."""

    sid: str
    account: Account
    country: Country
    to: str
    outcome: CallOutcome
    start: int
    answered: int | None
    end: int

    @property
    def talk_s(self) -> int:
        """Whole seconds from answer to end."""
        return 0 if self.answered is None else (self.end - self.answered) // 1_000

    @property
    def whole_s(self) -> int:
        """Whole seconds from start to end."""
        return (self.end - self.start) // 1_000
