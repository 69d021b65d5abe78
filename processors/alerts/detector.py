"""The detector: counts of outcomes in, incidents out, a minute of event time at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec
import numpy as np

from processors.alerts.ages import FOLLOWED, age_class
from processors.alerts.arrays import Numbers
from processors.alerts.baseline import (
    commit_block,
    commit_early,
    commit_hour,
    derive,
    hour_of_week,
)
from processors.alerts.budget import set_thresholds
from processors.alerts.change import Change
from processors.alerts.config import Expected
from processors.alerts.incident import Incident, Transition
from processors.alerts.incidents import Incidents
from processors.alerts.lattice import Lattice
from processors.alerts.minute import Counts, Step, advance_tests, clear, learn, remember
from processors.alerts.settings import Tuning
from processors.alerts.slices import Leaf
from processors.alerts.state import PAST, LeafTable, SliceTable

_BLOCK_MINUTES = 10
_HOUR_MINUTES = 60
#: Minutes of a detector's life after which it learns before its first hour is over. What the
#: tests have summed up until the first of them rests on nothing.
_EARLY = (3, 6, 10, 15, 20, 30, 45, 60)
#: Leaves that make room together when there are too many.
_EVICTED_PART = 0.02
_LEAVES_A_PAGE: Final = 64
_INCIDENTS: Final = "incidents"


class Shape(msgspec.Struct, frozen=True, array_like=True):
    """How far a detector is, when it learned last, and how many leaves it has; minutes."""

    minute: int
    began: int
    learned: int
    evicted: int
    leaves: int


class Detector:
    """State of all slices; ``minute`` is the one that counts are being taken for."""

    def __init__(self, tuning: Tuning, minute: int, expected: Sequence[Expected] = ()) -> None:
        self.tuning = tuning
        self._expected = expected
        self.minute = self.began = self.learned = minute
        self.leaves = LeafTable()
        self.slices = SliceTable()
        self.lattice = Lattice()
        self.evicted = 0
        self.incidents = Incidents(self.leaves, self.slices, self.lattice, tuning)

    def begin(self, minute: int) -> None:
        """Begin in a minute, where nothing has been counted yet."""
        self.minute = self.began = self.learned = minute

    def leaf(self, leaf: Leaf) -> int:
        """Give the number of a leaf, taking it in (and evicting others) where it is new."""
        number = self.lattice.find(leaf)
        if number is not None:
            return number
        if self.leaves.rows >= self.tuning.max_leaves:
            self._evict()
        number = self.lattice.add(leaf)
        self.leaves.add_row()
        while self.slices.rows < len(self.lattice.slices):
            self._inherit(self.slices.add_row())
        return number

    def _inherit(self, row: int) -> None:
        """A slice without a past begins as its parent is."""
        parent = self.lattice.parents[row]
        s = self.slices
        s.since[row] = s.silence_since[row] = s.stop_since[row] = self.minute
        if parent < 0:
            s.level[row] = self.tuning.prior_rate
            s.arrival[row] = 0.3
            return
        for name in ("level", "ratio", "unsure", "scatter_rate", "arrival", "age_ratio"):
            column = getattr(s, name)
            column[row] = column[parent]

    def _evict(self) -> None:
        """Drop the least active leaves, and the slices nothing is left of."""
        activity = self.slices.hourly[self.lattice.own]
        count = max(int(self.leaves.rows * _EVICTED_PART), 1)
        kept = np.sort(np.argsort(activity, kind="stable")[count:])
        slices = self.lattice.keep([int(number) for number in kept])
        self.leaves.keep(kept)
        self.slices.keep(np.array(slices, np.int64))
        self.evicted += count

    def count(self, change: Change) -> None:
        """Count a change of messages sent in this minute or an earlier one."""
        leaf, leaves = self.leaf(change.leaf), self.leaves
        age = self.minute - change.cohort
        leaves.sent[leaf] += change.sent
        if change.cohort < leaves.ignored_until[leaf]:
            return
        if 0 <= age < FOLLOWED:
            leaves.waiting[leaf, change.cohort % FOLLOWED] += change.waiting
        if change.known:
            at = age_class(age)
            leaves.known[leaf, at] += change.known
            leaves.failed[leaf, at] += change.failed

    def add_cohort(self, cohort: int, sent: Numbers, known: Numbers, failed: Numbers) -> None:
        """Count changes of all leaves at once, in the order of their numbers."""
        leaves, age = self.leaves, self.minute - cohort
        n = leaves.rows
        leaves.sent[:n] += sent
        counted = cohort >= leaves.ignored_until[:n]
        if 0 <= age < FOLLOWED:
            leaves.waiting[:n, cohort % FOLLOWED] += (sent - known) * counted
        at = age_class(age)
        leaves.known[:n, at] += known * counted
        leaves.failed[:n, at] += failed * counted

    def close_minute(self) -> list[Transition]:
        """Judge the present minute, learn from it, and go on to the next."""
        told: list[Transition] = []
        if self.leaves.rows:
            told = list(self._judge())
            clear(self.leaves, self.minute)
        self.minute += 1
        if self.leaves.rows:
            self._learn()
        return told

    def skip_to(self, minute: int) -> None:
        """Go on at a later minute, after a gap nothing is known of."""
        leaves = self.leaves
        clear(leaves, minute)
        leaves.waiting[:] = 0
        for name in PAST:
            leaves.view(name)[:] = 0
        self.minute = minute

    def _judge(self) -> Iterable[Transition]:
        counts = Counts(self.leaves, self.lattice, self.minute)
        step = Step(self.slices, counts, self.lattice, self.tuning)
        advance_tests(self.slices, counts, step, self.minute)
        learn(self.slices, counts, step)
        remember(self.leaves, self.slices, self.lattice.own, step, self.minute)
        yield from self.incidents.step(counts, step, self.minute)

    def _learn(self) -> None:
        age = self.minute - self.began
        if self.minute % _BLOCK_MINUTES == 0:
            commit_block(self.slices)
        if self.minute % _HOUR_MINUTES == 0:
            commit_hour(self.slices, hour_of_week(self.minute - 1))
            self._derive()
        elif age in _EARLY:
            self._learn_early(age)

    def _learn_early(self, age: int) -> None:
        before = max((each for each in _EARLY if each < age), default=0)
        minutes = min(age - before, self.minute % _HOUR_MINUTES)
        commit_early(self.slices, hour_of_week(self.minute - 1), minutes, age)
        self._derive()
        if not before:
            for name in ("sums", "silence", "missing", "stop", "going_on"):
                self.slices.view(name)[:] = 0

    def _derive(self) -> None:
        self.learned = self.minute
        derive(self.slices, self.lattice, hour_of_week(self.minute), self.tuning)
        self._pin()
        set_thresholds(self.slices, self.lattice.shape_of, self.tuning)

    def _pin(self) -> None:
        """Set the rates that are told instead of learned."""
        for pinned in self._expected:
            for row, leaf in zip(self.lattice.own, self.lattice.leaves, strict=True):
                if pinned.where.matches(leaf):
                    self.slices.level[row] = pinned.failure_rate
                    self.slices.ratio[row], self.slices.unsure[row] = 1.0, 0.0

    # -- state ---------------------------------------------------------------------------------

    @property
    def shape(self) -> Shape:
        """What ``restore`` needs beside the pages."""
        return Shape(self.minute, self.began, self.learned, self.evicted, self.leaves.rows)

    def pages(self, *, hourly: bool = True) -> Iterator[tuple[str, bytes]]:
        """Give the state in named pages, without what changes by the hour if it need not be."""
        for first in range(0, len(self.lattice.leaves), _LEAVES_A_PAGE):
            yield self._leaves_page(first // _LEAVES_A_PAGE)
        yield _INCIDENTS, self.page(_INCIDENTS)
        yield from self.leaves.pages("leaf", hourly=hourly)
        yield from self.slices.pages("slice", hourly=hourly)

    def page(self, key: str) -> bytes:
        """Give one page of the state."""
        kind, _, name = key.partition("/")
        if kind == "leaf":
            return self.leaves.page(name)
        if kind == "slice":
            return self.slices.page(name)
        if kind == "leaves":
            return self._leaves_page(int(name))[1]
        return msgspec.msgpack.encode((self.incidents.open, self.incidents.recent))

    def _leaves_page(self, number: int) -> tuple[str, bytes]:
        first = number * _LEAVES_A_PAGE
        some = self.lattice.leaves[first : first + _LEAVES_A_PAGE]
        return f"leaves/{number}", msgspec.msgpack.encode(some)

    def restore(self, shape: Shape, pages: Mapping[str, bytes]) -> None:
        """Take over a state, in a fresh detector."""
        self.minute, self.began, self.learned = shape.minute, shape.began, shape.learned
        self.evicted = shape.evicted
        for first in range(0, shape.leaves, _LEAVES_A_PAGE):
            for leaf in _decode_leaves(pages[f"leaves/{first // _LEAVES_A_PAGE}"]):
                self.lattice.add(leaf)
        self.leaves.restore("leaf", shape.leaves, pages)
        self.slices.restore("slice", len(self.lattice.slices), pages)
        self.incidents.open, self.incidents.recent = _decode_incidents(pages[_INCIDENTS])


_decode_leaves: Final = msgspec.msgpack.Decoder(list[Leaf]).decode
_decode_incidents: Final = msgspec.msgpack.Decoder(tuple[list[Incident], list[Incident]]).decode
