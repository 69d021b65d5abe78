"""How long Twilio waits before it posts a request again."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Exponential, with jitter, up to ``patience_s`` in all; seconds throughout.

    Twilio keeps trying for 4 hours; a run that a person waits for gives up earlier.
    """

    first_s: float = 0.25
    longest_s: float = 8.0
    patience_s: float = 300.0

    def delay(self, attempt: int, random: Random) -> float:
        """The wait after failed attempt number ``attempt``, counted from 1."""
        ceiling = min(self.first_s * 2 ** min(attempt - 1, 30), self.longest_s)
        return random.uniform(ceiling / 2, ceiling)
