"""What every kind of traffic draws from."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from local.simulator.country import Country
from local.simulator.identifiers import Identifiers
from local.simulator.timing import Timing


@dataclass(frozen=True, slots=True)
class Draw:
    """The identifiers are the run's own; the other draws depend on the seed alone.

    ``breaks`` says whether a code on a channel, to a country, at a time meets an outage.
    """

    ids: Identifiers
    random: Random
    timing: Timing
    breaks: Callable[[str, Country, int], bool] = lambda _channel, _country, _time: False

    def after(self, start: int, milliseconds: int) -> int:
        """A moment some time after ``start``, at the run's pace; epoch milliseconds."""
        return start + int(milliseconds * self.timing.pace)

    def happens(self, share: float) -> bool:
        """Whether something does that happens to this share."""
        return self.random.random() < share
