"""What every kind of traffic draws from."""

from dataclasses import dataclass
from random import Random

from local.simulator.identifiers import Identifiers


@dataclass(frozen=True, slots=True)
class Draw:
    """The identifiers are the run's own; the other draws depend on the seed alone."""

    ids: Identifiers
    random: Random
