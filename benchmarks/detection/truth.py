"""What goes wrong in a made-up month, and what only looks like it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.world import DAY, HOUR, World

Kind = Literal["failures", "silence", "stopped"]
#: The yardstick's failure rates during an incident, and minutes it lasts.
PROBES: Final = ((0.10, 180), (0.15, 120), (0.30, 90), (0.60, 60))
#: The sizes that come in pairs; the smallest takes longer than the other one lasts.
PAIRED: Final = PROBES[1:]
_WIDE_PAIRS: Final = 0.5
#: Messages an hour below which something wide is not worth having.
_LEAST_RATE: Final = 300
_WIDE_CAMPAIGNS: Final = 0.3
_APART: Final = 4 * HOUR
_NEAR: Final = 0.12
_CUTS: Final = ((1,), (4,), (4, 5), (1, 4), (1, 3), (1, 4, 5), (1, 3, 4))
_NAMES: Final = ("product", "account_sid", "channel", "service_sid", "country", "carrier")


@dataclass(frozen=True)
class Incident:
    """One thing that goes wrong; ``start`` and ``end`` are minutes, with fractions."""

    kind: Kind
    label: str
    start: float
    end: float
    leaves: NDArray[np.int64]
    target: float = 0.0  # chance of a failure meanwhile; 0: the odds are multiplied
    odds: float = 1.0


@dataclass(frozen=True)
class Campaign:
    """An hour of much more traffic than usual, which is no incident."""

    start: int
    end: int
    leaves: NDArray[np.int64]
    factor: float


class _Plan:
    """Keeps incidents apart that share slices."""

    def __init__(self) -> None:
        self.incidents: list[Incident] = []

    def add(self, incident: Incident) -> bool:
        for other in self.incidents:
            near = incident.start < other.end + _APART and other.start < incident.end + _APART
            if near and np.intersect1d(incident.leaves, other.leaves).size:
                return False
        self.incidents.append(incident)
        return True


def plan(rng: np.random.Generator, world: World, begin: int, end: int) -> list[Incident]:
    """Draw the incidents between two minutes: of known size, wide, silent, and stopped."""
    drawn = _Plan()
    months = (end - begin) / (30 * DAY)
    for size in PROBES:
        _until(round(8 * months), drawn, partial(_probe, rng, world, begin, end, size))
    _until(round(16 * months), drawn, lambda: _wide(rng, world, begin, end, "failures"))
    _until(round(10 * months), drawn, lambda: _wide(rng, world, begin, end, "silence"))
    _until(round(4 * months), drawn, lambda: _wide(rng, world, begin, end, "stopped"))
    return sorted(drawn.incidents, key=lambda incident: incident.start)


def pair(rng: np.random.Generator, world: World, begin: int, end: int) -> list[Incident]:
    """Draw two incidents of failures that overlap in time and share no slice."""
    while True:
        first, second = (_either(rng, world, begin, end) for _ in range(2))
        if first and second and _beside(first, second):
            return [first, second]


def _either(rng: np.random.Generator, world: World, begin: int, end: int) -> Incident | None:
    if rng.random() < _WIDE_PAIRS:
        return _wide(rng, world, begin, end, "failures")
    return _probe(rng, world, begin, end, PAIRED[rng.integers(len(PAIRED))])


def _beside(first: Incident, second: Incident) -> bool:
    overlap = first.start < second.end and second.start < first.end
    return overlap and not np.intersect1d(first.leaves, second.leaves).size


def _until(count: int, drawn: _Plan, draw: Callable[[], Incident | None]) -> None:
    done = 0
    while done < count:
        incident = draw()
        done += incident is not None and drawn.add(incident)


def _probe(
    rng: np.random.Generator, world: World, begin: int, end: int, size: tuple[float, int]
) -> Incident | None:
    target, minutes = size
    leaf = int(rng.choice(world.probes))
    start = rng.uniform(begin, end - minutes)
    middle = int(start + min(minutes, 60) / 2)
    rate, chance = world.traffic(middle)[leaf] / 600, world.chance(middle)[leaf] / 0.05
    if abs(rate - 1) > _NEAR or abs(chance - 1) > _NEAR:
        return None
    label = f"5->{target:.0%}"
    return Incident("failures", label, start, start + minutes, np.array([leaf]), target)


def _wide(
    rng: np.random.Generator, world: World, begin: int, end: int, kind: Kind
) -> Incident | None:
    cut = _CUTS[rng.integers(len(_CUTS))]
    example = world.leaves[rng.integers(len(world.leaves))]
    same = [all(leaf[at] == example[at] for at in cut) for leaf in world.leaves]
    leaves = np.flatnonzero(same)
    minutes = rng.uniform(30, 120)
    start = rng.uniform(begin, end - minutes)
    if world.traffic(int(start))[leaves].sum() < _LEAST_RATE:
        return None
    odds = float(np.exp(rng.uniform(np.log(3), np.log(20))))
    label = f"{kind} " + "+".join(_NAMES[at] for at in cut)
    return Incident(kind, label, start, start + minutes, leaves, odds=odds)


def campaigns(rng: np.random.Generator, world: World, minutes: int) -> list[Campaign]:
    """Draw campaigns over the whole time, some forty a week, of a service or of one slice.

    They may overlap; of those of a slice the strongest counts.
    """
    drawn = []
    for _ in range(int(40 * minutes / (7 * DAY))):
        example = world.leaves[rng.integers(len(world.leaves))]
        wide = rng.random() < _WIDE_CAMPAIGNS
        same = [leaf[3] == example[3] if wide else leaf == example for leaf in world.leaves]
        start = int(rng.integers(0, minutes - HOUR))
        factor = float(rng.uniform(3, 20))
        drawn.append(Campaign(start, start + HOUR, np.flatnonzero(same), factor))
    return drawn
