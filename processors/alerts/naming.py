"""Names the cause of a change: beside open incidents, and the larger of two at once."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from pipeline.items.alert import Kind
from processors.alerts.arrays import Bools, Doubles, Ints
from processors.alerts.incident import Incident
from processors.alerts.lattice import Lattice
from processors.alerts.root import likelihoods, spans_since, window
from processors.alerts.slices import SHAPES
from processors.alerts.state import LeafTable

#: Nats by which another explanation must be better to take the place of one that is told.
CLEARLY: Final = 2.0
#: How much more two causes must explain than one: a single cause doesn't strike all its parts
#: equally either.
_MUCH_MORE: Final = 1.2


class Naming:
    """Compares slices as causes of what recent history shows.

    What incidents that were told explain is left out before others are blamed for the rest.
    """

    def __init__(self, leaves: LeafTable, lattice: Lattice) -> None:
        self._leaves = leaves
        self._lattice = lattice

    def found(
        self, kind: Kind, mine: Ints, since: int, minute: int, told: Sequence[Incident]
    ) -> int:
        """The slice that explains a change of the leaves ``mine`` beside what is told already.

        It may contain incidents that are told: then it explains them too, better than they do.
        """
        covered = self.covered(told)
        near = self._lattice.touched(self._marked(mine) & ~covered)
        gained, wider = self._gained(kind, since, minute, told)
        best = int(np.argmax(np.where(near, gained, -np.inf)))
        if wider[best]:
            return best
        best = self._trimmed(best, covered)
        return self._larger(kind, spans_since(since, minute), covered, best, near)

    def better(self, incident: Incident, number: int, minute: int, others: Bools) -> int:
        """The slice that explains an incident clearly better than its own, or its own."""
        spans = spans_since(incident.started, minute)
        likely = self._likely(incident.kind, spans, others)
        near = self._lattice.touched(self._marked(self._lattice.members(number)))
        best = int(np.argmax(np.where(near, likely, -np.inf)))
        if not likely[best] > max(likely[number], 0.0) + CLEARLY:
            return self._larger(incident.kind, spans, others, number, near)
        return self._larger(incident.kind, spans, others, self._trimmed(best, others), near)

    def covered(self, told: Sequence[Incident]) -> Bools:
        """Which leaves the incidents explain."""
        marked = np.zeros(self._leaves.rows, np.bool_)
        for incident in told:
            number = self._lattice.number_of(incident.root)
            if number is not None:
                marked[self._lattice.members(number)] = True
        return marked

    def _gained(
        self, kind: Kind, since: int, minute: int, told: Sequence[Incident]
    ) -> tuple[Doubles, Bools]:
        """Nats that naming each slice adds, and which slices would take incidents into them.

        Another incident adds what it explains of the rest. A wider one adds what it explains
        from their beginning on, less what they explain by themselves.
        """
        gained = self._likely(kind, spans_since(since, minute), self.covered(told)) - CLEARLY
        wider = np.zeros(len(gained), np.bool_)
        found = [(each.started, self._lattice.number_of(each.root)) for each in told]
        roots = [(started, number) for started, number in found if number is not None]
        around = {number: self._around(self._lattice.members(number)) for _, number in roots}
        nothing = np.zeros(self._leaves.rows, np.bool_)
        for began in sorted({began for began, _ in roots}, reverse=True):
            whole = self._likely(kind, spans_since(min(began, since), minute), nothing)
            inside = [number for started, number in roots if started >= began]
            given = sum((around[n] * max(whole[n], 0.0) for n in inside), np.zeros(len(whole)))
            holding = np.any([around[n] for n in inside], axis=0)
            gained[holding] = (whole - given)[holding]
            wider |= holding
        return gained, wider

    def _trimmed(self, number: int, covered: Bools) -> int:
        """The smallest slice with all of what is left of one without the leaves ``covered``."""
        members = self._lattice.members(number)
        rest = members[~covered[members]]
        if len(rest) == len(members):
            return number
        around = np.flatnonzero(self._around(rest))
        sizes = [len(self._lattice.members(int(each))) for each in around]
        return int(around[int(np.argmin(sizes))])

    def _larger(
        self, kind: Kind, spans: Sequence[int], without: Bools, whole: int, near: Bools
    ) -> int:
        """The larger of two causes inside a slice that explain much more than it does, or it.

        The other one is found when its own evidence suffices.
        """
        others = ~self._marked(self._lattice.members(whole))
        outside, inside = without | others, ~self._lattice.touched(others)
        likely = self._likely(kind, spans, outside)
        enough = max(likely[whole], 0.0) * _MUCH_MORE + CLEARLY
        best, most = whole, enough
        for first in self._best_of_shapes(np.where(inside & near, likely, -np.inf)):
            if first == whole or 2 * likely[first] - CLEARLY <= most:
                continue
            members = self._lattice.members(first)
            rest = self._likely(kind, spans, outside | self._marked(members))
            second = float(np.where(self._around(members), -np.inf, rest).max())
            if likely[first] >= second and likely[first] + second - CLEARLY > most:
                best, most = first, likely[first] + second - CLEARLY
        return best

    def _best_of_shapes(self, likely: Doubles) -> list[int]:
        shapes = self._lattice.shape_of
        best = [int(np.argmax(np.where(shapes == n, likely, -np.inf))) for n in range(len(SHAPES))]
        return [each for each in best if likely[each] > 0]

    def _likely(self, kind: Kind, spans: Sequence[int], without: Bools) -> Doubles:
        view = window(self._leaves, self._lattice, kind, spans, without)
        return likelihoods(self._lattice, view.scores(kind))

    def _marked(self, members: Ints) -> Bools:
        marked = np.zeros(self._leaves.rows, np.bool_)
        marked[members] = True
        return marked

    def _around(self, members: Ints) -> Bools:
        """Which slices contain all of some leaves."""
        marked = self._marked(members)[:, None].astype(np.float32)
        return np.asarray(self._lattice.sums(marked)[:, 0] == len(members))
