"""One minute of all slices: counts summed over the lattice, and the tests moved on by it."""

from typing import Final

import numpy as np

from processors.alerts.ages import CLASSES, FOLLOWED, STARTS
from processors.alerts.arrays import Bools, Doubles, Floats, Ints, Numbers
from processors.alerts.budget import RECEIPT_SCATTER, SILENCE, STOPPED, TRAFFIC_SCATTER
from processors.alerts.cusum import evidence
from processors.alerts.lattice import Lattice
from processors.alerts.state import MULTIPLIERS, SPAN_MINUTES, SPANS, LeafTable, SliceTable

_AGES: Final = np.arange(FOLLOWED)
#: Evidence beyond this says no more, and would take long to come down.
_MOST: Final = 80.0
#: From this part of its ticket threshold on a slice does not teach its baseline.
_SUSPICIOUS: Final = 0.5


class Counts:
    """The counts of one minute of every slice."""

    def __init__(self, leaves: LeafTable, lattice: Lattice, minute: int) -> None:
        n = leaves.rows
        waiting = leaves.waiting[:n].take((minute - _AGES) % FOLLOWED, axis=1)
        exposed = np.add.reduceat(waiting, STARTS[:-1], axis=1)
        exposed += leaves.known[:n, :-1]
        columns = (leaves.known[:n], leaves.failed[:n], exposed, leaves.sent[:n, None])
        sums = lattice.sums(np.hstack(columns))
        self.received: Floats = sums[:, :CLASSES]
        self.failed_by_age: Floats = sums[:, CLASSES : 2 * CLASSES]
        self.exposed: Floats = sums[:, 2 * CLASSES : -1]
        self.sent: Floats = sums[:, -1]
        self.known: Floats = self.received.sum(axis=1)
        self.failed: Floats = self.failed_by_age.sum(axis=1)


class Step:
    """What one minute adds to the tests: nats, and the counts they rest on."""

    def __init__(self, s: SliceTable, counts: Counts) -> None:
        n = s.rows
        weighted: Numbers = np.einsum("ij,ij->i", counts.received, s.age_ratio[:n])
        known = np.maximum(counts.known, 1e-9)
        self.mixed: Doubles = np.asarray(weighted / known, np.float64)
        self.expected: Numbers = weighted * s.usual_rate[:n]
        self.inflation: Numbers = 1 + s.scatter_rate[:n] * np.maximum(counts.known - 1, 0)
        rate = np.clip(self.mixed * s.rate[:n], 0, 0.97)
        self.changes = [
            evidence(counts.failed, counts.known, rate, multiplier, self.inflation)
            for multiplier in MULTIPLIERS
        ]
        arrival, received = s.arrival[:n, :-1], counts.received[:, :-1]
        self.due: Numbers = np.einsum("ij,ij->i", counts.exposed, arrival)
        rest = np.log1p(-SILENCE * arrival) - np.log1p(-arrival)
        silence: Numbers = received.sum(axis=1) * np.log(SILENCE)
        silence += np.einsum("ij,ij->i", counts.exposed - received, rest)
        self.silence: Numbers = silence / (1 + RECEIPT_SCATTER * self.due)
        usual = s.usual_traffic[:n]
        stop = counts.sent * np.log(STOPPED) + (1 - STOPPED) * usual
        self.stop: Numbers = stop / (1 + TRAFFIC_SCATTER * usual)


def advance_tests(s: SliceTable, counts: Counts, step: Step, minute: int) -> None:
    """Add a minute to every cumulative sum."""
    n = s.rows
    for number, change in enumerate(step.changes):
        _advance(s.sums[:n, number], s.since[:n, number], change, minute)
    restart = _advance(s.silence[:n], s.silence_since[:n], step.silence, minute)
    s.missing[:n] = np.where(restart, 0, s.missing[:n] + step.due - counts.received[:, :-1].sum(1))
    _advance(s.stop[:n], s.stop_since[:n], step.stop, minute)


def _advance(sums: Doubles, since: Doubles, change: Doubles, minute: int) -> Bools:
    sums += change
    restart: Bools = sums <= 0
    sums[restart] = 0
    since[restart] = minute + 1
    np.minimum(sums, _MOST, out=sums)
    return restart


def learn(s: SliceTable, counts: Counts, step: Step) -> None:
    """Add a minute to the hour and the ten minutes under way."""
    n = s.rows
    s.hour_failed[:n] += counts.failed
    s.hour_expected[:n] += step.expected
    s.hour_sent[:n] += counts.sent
    s.hour_received[:n] += counts.received
    s.hour_failed_by_age[:n] += counts.failed_by_age
    s.hour_exposed[:n, :-1] += counts.exposed
    s.block_failed[:n] += counts.failed
    s.block_expected[:n] += step.expected
    s.block_known[:n] += counts.known
    doubt = (s.sums[:n] > _SUSPICIOUS * s.ticket_at[:n]).any(axis=1)
    doubt |= s.silence[:n] > _SUSPICIOUS * s.silence_at[:n]
    doubt |= s.stop[:n] > _SUSPICIOUS * s.stop_at[:n]
    s.hour_doubtful[:n][doubt] = 1


def remember(leaves: LeafTable, s: SliceTable, rows: Ints, step: Step, minute: int) -> None:
    """Keep the minute in the leaves' recent history; ``rows`` are the leaves' own slices."""
    n = leaves.rows
    slot = minute // SPAN_MINUTES % SPANS
    for name, values in (
        ("past_known", leaves.known[:n].sum(axis=1)),
        ("past_failed", leaves.failed[:n].sum(axis=1)),
        ("past_expected", step.expected[rows]),
        ("past_due", step.due[rows]),
        ("past_sent", leaves.sent[:n]),
        ("past_traffic", s.usual_traffic[rows]),
    ):
        column = leaves.view(name)
        if minute % SPAN_MINUTES == 0:
            column[:, slot] = 0
        column[:, slot] += values


def clear(leaves: LeafTable, minute: int) -> None:
    """Make room for the next minute."""
    n = leaves.rows
    leaves.known[:n] = 0
    leaves.failed[:n] = 0
    leaves.sent[:n] = 0
    leaves.waiting[:n, (minute + 1) % FOLLOWED] = 0
