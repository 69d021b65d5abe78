"""Traffic of a world minute by minute: what is sent, and which receipts come in."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import erf
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.truth import Campaign, Incident
from benchmarks.detection.world import HOUR, Floats, World

Counts = NDArray[np.int64]
#: Minutes from the minute of sending to a receipt: single ones, then spans one minute is drawn of.
LAGS: Final = (
    *((lag, lag + 1) for lag in range(10)),
    (10, 15), (15, 20), (20, 30), (30, 60), (60, 120),
)  # fmt: skip
#: A twentieth of all receipts takes longer than this.
_SLOW_S: Final = 600.0
_SLOW_Z: Final = 1.6448536269514722
_TRAFFIC_NOISE: Final = 0.15


@dataclass(frozen=True)
class Minute:
    """One minute: messages sent, and receipts by the minute their messages were sent in."""

    minute: int
    sent: Counts
    receipts: list[tuple[int, Counts, Counts]]  # cohort, outcomes, failures among them


def lag_chances(median_s: Floats, pace: Floats | None = None) -> Floats:
    """Chance of each lag for messages sent at any time of a minute, log-normal times."""
    sigma = np.log(_SLOW_S / median_s) / _SLOW_Z
    center = np.log(median_s * (pace if pace is not None else 1.0))
    offsets = (np.arange(20) + 0.5) * 3.0

    def until(minutes: int) -> Floats:
        seconds = 60.0 * minutes - offsets
        positive = np.maximum(seconds, 1e-9)[None, :]
        z = (np.log(positive) - center[:, None]) / sigma[:, None]
        done = 0.5 * (1 + np.vectorize(erf)(z / np.sqrt(2)))
        return np.asarray((done * (seconds > 0)).mean(axis=1))

    edges = [0.0 * median_s, *(until(stop) for _, stop in LAGS)]
    chances = np.diff(np.stack(edges), axis=0).T
    chances[:, -1] += 1 - chances.sum(axis=1)
    return np.asarray(np.clip(chances, 0, 1))


class Traffic:
    """Draws a world's minutes, in order; the same seed gives the same minutes."""

    def __init__(
        self,
        world: World,
        incidents: Sequence[Incident],
        campaigns: Sequence[Campaign],
        rng: np.random.Generator,
    ) -> None:
        self._world = world
        self._incidents = incidents
        self._campaigns = campaigns
        self._rng = rng
        self._delivery = lag_chances(world.median_s)
        self._failure = lag_chances(world.median_s, world.failure_pace)
        self._due: defaultdict[int, list[tuple[int, Counts, Counts]]] = defaultdict(list)

    def branch(self, incidents: Sequence[Incident], rng: np.random.Generator) -> "Traffic":
        """What may follow from here on, without campaigns."""
        other = Traffic(self._world, incidents, (), rng)
        other._due.update({minute: list(due) for minute, due in self._due.items()})
        return other

    def minutes(self, until: int, since: int = 0) -> Iterator[Minute]:
        """Give the minutes between two (multiples of an hour)."""
        for start in range(since, until, HOUR):
            sent = self._hour(start)
            for minute in range(start, start + HOUR):
                receipts = self._silenced(minute, self._due.pop(minute, []))
                yield Minute(minute, sent[minute - start], receipts)

    def _hour(self, start: int) -> Counts:
        world, rng = self._world, self._rng
        size = len(world.leaves)
        noise = rng.gamma(1 / _TRAFFIC_NOISE**2, _TRAFFIC_NOISE**2, size)
        rate = np.tile(world.traffic(start) * noise / HOUR, (HOUR, 1))
        chance = np.tile(world.chance(start), (HOUR, 1))
        self._disturb(start, rate, chance)
        sent = rng.poisson(rate)
        spread = 1 / world.scatter - 1
        failed = rng.binomial(sent, rng.beta(chance * spread, (1 - chance) * spread))
        self._schedule(start, sent - failed, failed)
        return np.asarray(sent, np.int64)

    def _disturb(self, start: int, rate: Floats, chance: Floats) -> None:
        """Put campaigns and incidents into an hour's rates and chances."""
        rate *= self._uplift(start, rate.shape)
        for incident in self._incidents:
            for minute in range(
                max(int(incident.start), start), min(int(incident.end) + 1, start + HOUR)
            ):
                part = min(incident.end, minute + 1) - max(incident.start, minute)
                self._strike(incident, part, rate[minute - start], chance[minute - start])

    def _uplift(self, start: int, shape: tuple[int, ...]) -> Floats:
        """Give the factors of an hour's campaigns; where some overlap the strongest counts.

        Their product would be hundreds of times the usual traffic, which no campaign is.
        """
        uplift = np.ones(shape)
        for campaign in self._campaigns:
            during = slice(max(campaign.start - start, 0), max(campaign.end - start, 0))
            uplift[during, campaign.leaves] = np.maximum(
                uplift[during, campaign.leaves], campaign.factor
            )
        return uplift

    @staticmethod
    def _strike(incident: Incident, part: float, rate: Floats, chance: Floats) -> None:
        leaves = incident.leaves
        if incident.kind == "stopped":
            rate[leaves] *= 1 - part
        elif incident.kind == "failures":
            usual = chance[leaves]
            odds = incident.odds * usual / (1 - usual)
            raised = incident.target or odds / (1 + odds)
            chance[leaves] = (1 - part) * usual + part * raised

    def _schedule(self, start: int, delivered: Counts, failed: Counts) -> None:
        arriving = self._rng.multinomial(delivered, self._delivery)
        failing = self._rng.multinomial(failed, self._failure)
        known = arriving + failing
        drawn = [self._rng.integers(low, high, HOUR) for low, high in LAGS]
        for number, lags in enumerate(drawn):
            for minute in range(HOUR):
                receipts = (start + minute, known[minute, :, number], failing[minute, :, number])
                self._due[start + minute + int(lags[minute])].append(receipts)

    def _silenced(
        self, minute: int, receipts: list[tuple[int, Counts, Counts]]
    ) -> list[tuple[int, Counts, Counts]]:
        """Hold receipts back while their slices are silent; they come when it is over."""
        for incident in self._incidents:
            if incident.kind == "silence" and incident.start <= minute < incident.end:
                heard = np.ones(len(self._world.leaves), np.int64)
                heard[incident.leaves] = 0
                later = int(incident.end) + 1
                held = [(c, k * (1 - heard), f * (1 - heard)) for c, k, f in receipts]
                self._due[later] += [each for each in held if each[1].any()]
                receipts = [(c, k * heard, f * heard) for c, k, f in receipts]
        return receipts
