"""How long things take at Twilio and at the carriers; all in milliseconds."""

from dataclasses import dataclass
from math import exp
from random import Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Bounded, so that a run ends: nothing arrives later than ``tail_ms`` after its message.

    A receipt follows its message after a log-normal time around the country's median; a share
    comes ``late``. Twilio posts an event shortly after it happened, holds a share back longer
    (so events overtake each other), and posts a share again.
    """

    spread: float = 0.5
    receipt_max_ms: int = 9_000
    late_share: float = 0.01
    late_ms: tuple[int, int] = (9_000, 13_000)
    post_ms: tuple[int, int] = (30, 250)
    held_share: float = 0.06
    held_ms: tuple[int, int] = (300, 3_000)
    repeat_share: float = 0.04
    repeat_ms: tuple[int, int] = (200, 4_000)
    pace: float = 1.0

    @property
    def tail_ms(self) -> int:
        """The longest time from a message to the last post about it."""
        longest = 2 * self.late_ms[1] + self.held_ms[1] + self.repeat_ms[1] + self.post_ms[1]
        return int(longest * self.pace)

    def draw_latency(self, median_ms: int, random: Random) -> int:
        """From sent to the carrier's receipt."""
        if random.random() < self.late_share:
            return self._scaled(random.randint(*self.late_ms))
        latency = median_ms * exp(random.gauss(0, self.spread))
        return self._scaled(min(latency, self.receipt_max_ms))

    def draw_post_delay(self, random: Random) -> int:
        """From an event to Twilio's post of it."""
        held = random.randint(*self.held_ms) if random.random() < self.held_share else 0
        return self._scaled(random.randint(*self.post_ms) + held)

    def draw_repeat_delay(self, random: Random) -> int | None:
        """From a post to the same event's second post, or None: most events come once."""
        if random.random() >= self.repeat_share:
            return None
        return self._scaled(random.randint(*self.repeat_ms))

    def _scaled(self, milliseconds: float) -> int:
        return int(milliseconds * self.pace)
