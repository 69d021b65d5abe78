"""One minute of all slices: counts summed over the lattice, and the tests moved on by it."""

from typing import Final

import numpy as np

from processors.alerts.ages import CLASSES, FOLLOWED, STARTS
from processors.alerts.arrays import Bools, Doubles, Floats, Ints, Numbers
from processors.alerts.budget import RECEIPT_SCATTER, SILENCE, STOPPED, TRAFFIC_SCATTER
from processors.alerts.lattice import Lattice
from processors.alerts.scattered import evidence_of
from processors.alerts.settings import Tuning
from processors.alerts.state import MULTIPLIERS, SPAN_MINUTES, SPANS, LeafTable, SliceTable

_AGES: Final = np.arange(FOLLOWED)
#: Sums over ages as a product: several times faster than a sum along so short an axis.
_ALL: Final = np.ones(CLASSES, np.float32)
#: Evidence beyond this says no more, and would take long to come down.
_MOST: Final = 80.0
#: Of the usual traffic so much is no stop: weekends, holidays and ended campaigns are lower, too.
_GOES_ON: Final = 0.1


class Counts:
    """The counts of one minute of every slice."""

    def __init__(self, leaves: LeafTable, lattice: Lattice, minute: int) -> None:
        n = leaves.rows
        waiting = leaves.waiting[:n].take((minute - _AGES) % FOLLOWED, axis=1)
        exposed = np.add.reduceat(np.maximum(waiting, 0), STARTS[:-1], axis=1)
        exposed += leaves.known[:n, :-1]
        columns = (leaves.known[:n], leaves.failed[:n], exposed, leaves.sent[:n, None])
        sums = lattice.sums(np.hstack(columns))
        self.received: Floats = sums[:, :CLASSES]
        self.failed_by_age: Floats = sums[:, CLASSES : 2 * CLASSES]
        self.exposed: Floats = sums[:, 2 * CLASSES : -1]
        self.sent: Floats = sums[:, -1]
        self.known: Floats = self.received @ _ALL
        self.failed: Floats = self.failed_by_age @ _ALL


class Step:
    """What one minute adds to the tests: nats, and the counts they rest on.

    What is expected of a wider slice, how much that scatters and how sure it is, is summed over
    its finest ones: when a campaign changes the mixture of its traffic, all change with it.
    """

    def __init__(self, s: SliceTable, counts: Counts, lattice: Lattice, tuning: Tuning) -> None:
        n, own = s.rows, lattice.own
        ratio = s.ratio[:n]
        weighted = np.einsum("ij,ij->i", counts.received[own], s.age_ratio[own])
        leaves = weighted * s.level[own]
        scatter = 1 + s.scatter_rate[:n] * np.maximum(counts.known - 1, 0)
        expected = leaves * ratio[own]
        squares = (expected * s.unsure[own]) ** 2
        sums = lattice.sums(np.stack((expected, expected * scatter[own], squares), axis=1))
        self.base: Numbers = sums[:, 0]
        self.inflation: Numbers = np.maximum(sums[:, 1] / np.maximum(self.base, 1e-9), scatter)
        unsure = np.hypot(np.sqrt(sums[:, 2]) / np.maximum(self.base, 1e-9), s.unsure[:n])
        unsure[own] = s.unsure[own]
        self.base[own] = leaves
        self.expected: Numbers = self.base * ratio
        self.usual: Numbers = self.expected / np.maximum(counts.known, 1e-9)
        rate = np.clip(self.usual * (1 + tuning.tolerance + tuning.caution * unsure), 0, 0.97)
        self.changes = evidence_of(counts.failed, counts.known, rate, MULTIPLIERS, self.inflation)
        arrival, received = s.arrival[:n, :-1], counts.received[:, :-1]
        self.due: Numbers = np.einsum("ij,ij->i", counts.exposed, arrival)
        self.silence = silence_of(received, counts.exposed, arrival)
        usual = s.usual_traffic[:n]
        stop = counts.sent * np.log(STOPPED) + (1 - STOPPED) * usual
        self.stop: Numbers = stop / (1 + TRAFFIC_SCATTER * usual)


def silence_of(received: Numbers, exposed: Numbers, arrival: Numbers) -> Doubles:
    """Nats for receipts coming a tenth as often as usual, over classes of ages."""
    rest = np.log1p(-SILENCE * arrival) - np.log1p(-arrival)
    nats = received.sum(axis=1) * np.log(SILENCE)
    nats += np.einsum("ij,ij->i", exposed - received, rest)
    due = np.einsum("ij,ij->i", exposed, arrival)
    return np.asarray(nats / (1 + RECEIPT_SCATTER * due), np.float64)


def advance_tests(s: SliceTable, counts: Counts, step: Step, minute: int) -> None:
    """Add a minute to every cumulative sum."""
    n = s.rows
    for number, change in enumerate(step.changes):
        _advance(s.sums[:n, number], s.since[:n, number], change, minute)
    restart = _advance(s.silence[:n], s.silence_since[:n], step.silence, minute)
    s.missing[:n] = np.where(
        restart, 0, s.missing[:n] + step.due - counts.received[:, :-1] @ _ALL[:-1]
    )
    restart = _advance(s.stop[:n], s.stop_since[:n], step.stop, minute)
    more = counts.sent - _GOES_ON * s.usual_traffic[:n]
    s.going_on[:n] = np.where(restart, 0, s.going_on[:n] + more)


def any_above(sums: Numbers, thresholds: Numbers) -> Bools:
    """Which rows have any value above its threshold."""
    above = np.zeros(len(sums), np.bool_)
    for number in range(sums.shape[1]):
        above |= sums[:, number] > thresholds[:, number]
    return above


def _advance(sums: Doubles, since: Doubles, change: Doubles, minute: int) -> Bools:
    sums += change
    restart: Bools = sums <= 0
    sums[restart] = 0
    since[restart] = minute + 1
    np.minimum(sums, _MOST, out=sums)
    return restart


def learn(s: SliceTable, counts: Counts, step: Step) -> None:
    """Add a minute to the hour and the ten minutes under way.

    An hour is doubtful only from the threshold of a ticket on: to leave out hours for less would
    leave out those with many failures by chance, and the baseline would come out too low.
    """
    n = s.rows
    s.hour_failed[:n] += counts.failed
    s.hour_expected[:n] += step.base
    s.hour_sent[:n] += counts.sent
    s.hour_received[:n] += counts.received
    s.hour_failed_by_age[:n] += counts.failed_by_age
    s.hour_exposed[:n, :-1] += counts.exposed
    s.block_failed[:n] += counts.failed
    s.block_expected[:n] += step.expected
    s.block_known[:n] += counts.known
    doubt = any_above(s.sums[:n], s.ticket_at[:n])
    doubt |= s.silence[:n] > s.silence_at[:n]
    doubt |= s.stop[:n] > s.stop_at[:n]
    s.hour_doubtful[:n][doubt] = 1


def remember(leaves: LeafTable, s: SliceTable, rows: Ints, step: Step, minute: int) -> None:
    """Keep the minute in the leaves' recent history; ``rows`` are the leaves' own slices."""
    n = leaves.rows
    slot = minute // SPAN_MINUTES % SPANS
    for name, values in (
        ("past_known", leaves.known[:n] @ _ALL),
        ("past_failed", leaves.failed[:n] @ _ALL),
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
