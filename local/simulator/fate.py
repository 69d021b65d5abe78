"""What becomes of a message, and with which error code."""

from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from local.simulator.message import Channel

#: ``silent``: sent, and never heard of again. ``held``: queued, and not sent during the run.
Ending = Literal["delivered", "undelivered", "failed", "silent", "held"]
Weights = dict[int, int]

#: How often each code explains a failure, roughly as senders see them.
_UNDELIVERED: Final[Weights] = {
    30003: 40,
    30005: 15,
    30008: 12,
    30006: 10,
    30007: 10,
    30004: 5,
    30017: 4,
    30410: 4,
}
_FAILED: Final[Weights] = {21610: 30, 30007: 25, 30034: 15, 30500: 12, 30410: 10, 30450: 8}
_WHATSAPP: Final[Weights] = {63016: 40, 63024: 30, 63003: 15, 63018: 15}


@dataclass(frozen=True, slots=True)
class Fate:
    """How a message ends; ``error_code`` is 0 when it does not fail."""

    ending: Ending
    error_code: int = 0


@dataclass(frozen=True, slots=True)
class Odds:
    """Shares of the endings (delivered is the rest); ``codes`` replaces the usual error codes."""

    undelivered: float
    failed: float
    silent: float
    held: float
    codes: Weights | None = None

    def draw(self, channel: Channel, random: Random) -> Fate:
        """One message's fate."""
        ending = self._ending(random.random())
        if ending in {"undelivered", "failed"}:
            return Fate(ending, _pick(self._codes(ending, channel), random))
        return Fate(ending)

    def _ending(self, draw: float) -> Ending:
        shares: tuple[tuple[Ending, float], ...] = (
            ("undelivered", self.undelivered),
            ("failed", self.failed),
            ("silent", self.silent),
            ("held", self.held),
        )
        for ending, share in shares:
            draw -= share
            if draw < 0:
                return ending
        return "delivered"

    def _codes(self, ending: Ending, channel: Channel) -> Weights:
        if self.codes is not None:
            return self.codes
        if channel == "whatsapp":
            return _WHATSAPP
        return _UNDELIVERED if ending == "undelivered" else _FAILED


def _pick(weights: Weights, random: Random) -> int:
    return random.choices(list(weights), list(weights.values()))[0]
