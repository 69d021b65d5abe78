"""What every kind of traffic draws from."""

from dataclasses import dataclass
from random import Random

from local.simulator.identifiers import Identifiers


@dataclass(frozen=True, slots=True)
class Draw:
    """The identifiers are the run's own; the other draws depend on the seed alone.

    ``pace`` stretches or shrinks all waits, as in ``Timing``.
    """

    ids: Identifiers
    random: Random
    pace: float

    def after(self, start: int, milliseconds: int) -> int:
        """A moment some time after ``start``; epoch milliseconds."""
        return start + int(milliseconds * self.pace)
