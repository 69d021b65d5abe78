"""Opens, widens, merges and ends incidents: one for one cause."""

from collections.abc import Iterator
from typing import Final

import msgspec
import numpy as np

from pipeline.items.alert import State
from processors.alerts.arrays import Bools
from processors.alerts.hot import Hot, hot_slices
from processors.alerts.incident import Figures, Incident, Transition
from processors.alerts.lattice import Lattice
from processors.alerts.minute import Counts, Step, any_above
from processors.alerts.naming import CLEARLY, Naming
from processors.alerts.reverse import calm_of, settle
from processors.alerts.root import spans_since, window
from processors.alerts.settings import Tuning
from processors.alerts.slices import Slice
from processors.alerts.state import LeafTable, SliceTable
from processors.alerts.wilson import wilson

#: Minutes after firing at which the cause is looked at again, then once an hour.
_LOOK_AGAIN: Final = frozenset({1, 2, 3, 5, 8, 12, 20, 30, 45})
_MOST_A_MINUTE: Final = 50
_QUIET_MINUTES: Final = 6 * 60
#: It is told again when so many times what was told last is affected.
_GROWN: Final = 3
_LISTED: Final = 10


class Incidents:
    """The open incidents, and lately resolved ones."""

    def __init__(
        self, leaves: LeafTable, slices: SliceTable, lattice: Lattice, tuning: Tuning
    ) -> None:
        self._leaves = leaves
        self._s = slices
        self._lattice = lattice
        self._tuning = tuning
        self._naming = Naming(leaves, lattice)
        self.open: list[Incident] = []
        self.recent: list[Incident] = []

    def step(self, counts: Counts, step: Step, minute: int) -> Iterator[Transition]:
        """Move on by a minute; give what is to be announced."""
        yield from self._calm_down(counts, step, minute)
        yield from self._look_again(minute)
        hot = hot_slices(self._s, self._tuning, minute)
        if hot:
            yield from self._absorb(hot, minute)
        if self.open:
            self._mark_doubtful()

    # -- opening -------------------------------------------------------------------------------

    def _absorb(self, hot: list[Hot], minute: int) -> Iterator[Transition]:
        covered = self._naming.covered(self.open)
        touched = self._lattice.touched(covered)
        yield from self._escalate([each for each in hot if touched[each.slice]], minute)
        spread = self._lattice.touched(~covered)
        fresh = [each for each in hot if spread[each.slice]]
        for each in sorted(fresh, key=lambda each: bool(touched[each.slice]))[:_MOST_A_MINUTE]:
            if touched[each.slice] and not self._unexplained(each, covered, minute):
                continue
            told = list(self._found(each, covered, minute))
            if told:
                covered = self._naming.covered(self.open)
                touched = self._lattice.touched(covered)
            yield from told

    def _unexplained(self, hot: Hot, covered: Bools, minute: int) -> bool:
        """Whether a slice stands out even without what the open incidents cover."""
        rest = window(
            self._leaves, self._lattice, hot.kind, spans_since(hot.since, minute), covered
        )
        enough = (
            abs(rest.observed[hot.slice] - rest.expected[hot.slice]) >= self._tuning.least_affected
        )
        inflation = self._inflation(hot.slice, rest.known[hot.slice], hot.since, minute)
        return bool(
            enough and rest.scores(hot.kind)[hot.slice] / inflation > hot.threshold + CLEARLY
        )

    def _inflation(self, row: int, known: float, since: int, minute: int) -> float:
        minutes = max(minute + 1 - since, 1)
        return 1 + float(self._s.scatter_rate[row]) * max(known / minutes - 1, 0)

    def _escalate(self, hot: list[Hot], minute: int) -> Iterator[Transition]:
        """A page's evidence within a ticket's incident makes it a page."""
        for incident in self.open:
            if incident.severity != "ticket":
                continue
            for each in hot:
                same = each.kind == incident.kind and each.severity == "page"
                if same and self._within(self._lattice.slices[each.slice], incident.root):
                    incident.severity = "page"
                    self._measure(incident, minute, each)
                    yield self._told(
                        incident, "updated", minute, "the evidence now suffices for a page"
                    )
                    break

    def _found(self, hot: Hot, covered: Bools, minute: int) -> Iterator[Transition]:
        mine = self._lattice.members(hot.slice)
        root = self._naming.found(hot.kind, mine, hot.since, minute, self.open)
        rest = window(
            self._leaves, self._lattice, hot.kind, spans_since(hot.since, minute), covered
        )
        few = abs(rest.observed[root] - rest.expected[root]) < self._tuning.least_affected
        if few or rest.scores(hot.kind)[root] <= 0:
            return
        cause = self._lattice.slices[root]
        inside = [i for i in self.open if self._within(i.root, cause)]
        again = None if inside else self._reopened(cause, hot, minute)
        if inside:
            yield from self._widen(inside, cause, hot, minute)
        elif again:
            self.recent.remove(again)
            self._begin(again, hot, cause, minute)
            yield self._told(again, "firing", minute, "it is back")
        else:
            incident = Incident(
                id=f"{hot.kind}:{cause.text()}:{minute}",
                kind=hot.kind,
                severity=hot.severity,
                root=cause,
                started=hot.since,
                fired=minute,
                figures=_NONE,
                multiplier=1.0,
            )
            self._begin(incident, hot, cause, minute)
            yield self._told(incident, "firing", minute, "")

    def _begin(self, incident: Incident, hot: Hot, cause: Slice, minute: int) -> None:
        incident.root = cause
        incident.resolved = 0
        incident.calm = 0.0
        incident.calm_since = minute + 1
        incident.seen = minute
        if hot.severity == "page":
            incident.severity = "page"
        self.open.append(incident)
        self._measure(incident, minute, hot)

    def _widen(
        self, inside: list[Incident], cause: Slice, hot: Hot, minute: int
    ) -> Iterator[Transition]:
        first, *others = sorted(inside, key=lambda i: (i.severity != "page", i.fired, i.id))
        for other in others:
            other.resolved, other.resolution = minute, f"merged into {first.id}"
            self.open.remove(other)
            yield self._told(other, "resolved", minute, other.resolution)
        if first.root == cause and first.severity == hot.severity:
            return
        first.root = cause
        first.severity = "page" if "page" in (first.severity, hot.severity) else "ticket"
        self._measure(first, minute)
        yield self._told(first, "updated", minute, "it is wider than it seemed")

    def _reopened(self, cause: Slice, hot: Hot, minute: int) -> Incident | None:
        self.recent = [i for i in self.recent if minute - i.resolved <= self._tuning.reopen_minutes]
        number = self._lattice.number_of(cause)
        return next(
            (
                i
                for i in self.recent
                if i.kind == hot.kind and number is not None and self._overlap(number, i)
            ),
            None,
        )

    # -- going on ------------------------------------------------------------------------------

    def _look_again(self, minute: int) -> Iterator[Transition]:
        """Name a better cause where later evidence shows one."""
        for incident in list(self.open):
            age = minute - incident.fired
            due = age in _LOOK_AGAIN or (age > 0 and age % 60 == 0)
            if incident not in self.open or incident.kind == "rule" or not due or incident.calm > 1:
                continue
            best = self._better(incident, minute)
            if best is None:
                yield from self._grown(incident, minute)
                continue
            inside = [i for i in self.open if i is not incident and self._within(i.root, best)]
            for other in inside:
                other.resolved, other.resolution = minute, f"merged into {incident.id}"
                self.open.remove(other)
                yield self._told(other, "resolved", minute, other.resolution)
            incident.root = best
            self._measure(incident, minute)
            yield self._told(incident, "updated", minute, "another slice explains it better")

    def _grown(self, incident: Incident, minute: int) -> Iterator[Transition]:
        """Tell how far it has gone: what was told first is a small part of a long outage."""
        row = self._lattice.number_of(incident.root)
        if row is None:
            return
        now = self._figures(incident, row, minute)
        if now.affected >= _GROWN * incident.figures.affected:
            incident.figures = now
            yield self._told(incident, "updated", minute, "many more are affected by now")

    def _better(self, incident: Incident, minute: int) -> Slice | None:
        number = self._lattice.number_of(incident.root)
        if number is None:
            return None
        others = self._naming.covered([each for each in self.open if each is not incident])
        best = self._naming.better(incident, number, minute, others)
        return None if best == number else self._lattice.slices[best]

    def _calm_down(self, counts: Counts, step: Step, minute: int) -> Iterator[Transition]:
        """The reverse test: evidence of young outcomes for the usual rate ends an incident."""
        for incident in list(self.open):
            row = self._lattice.number_of(incident.root)
            if row is None:
                yield self._end(incident, minute, "the slice is no longer live")
                continue
            calm, anything = calm_of(incident, row, self._s, counts, step)
            incident.calm = max(incident.calm + calm, 0.0)
            if incident.calm == 0:
                incident.calm_since = minute + 1
            if anything:
                incident.seen = minute
            enough = minute + 1 - incident.calm_since >= self._tuning.resolve_minutes
            if incident.calm >= self._tuning.resolve_at and enough:
                yield self._end(incident, minute, "back to usual")
            elif minute - incident.seen >= _QUIET_MINUTES:
                yield self._end(incident, minute, "nothing left to judge by")

    def _end(self, incident: Incident, minute: int, why: str) -> Transition:
        incident.resolved, incident.resolution = minute, why
        self.open.remove(incident)
        self.recent.append(incident)
        row = self._lattice.number_of(incident.root)
        if row is not None:
            settle(self._leaves, self._s, self._lattice, incident, row)
        return self._told(incident, "resolved", minute, why)

    # -- helpers -------------------------------------------------------------------------------

    def _measure(self, incident: Incident, minute: int, hot: Hot | None = None) -> None:
        """Take the figures of the root's recent history, and how far the odds have moved."""
        row = self._lattice.number_of(incident.root)
        if row is None:
            return
        figures = self._figures(incident, row, minute)
        if hot:
            figures = msgspec.structs.replace(
                figures, evidence=hot.evidence, threshold=hot.threshold
            )
        incident.figures = figures
        incident.multiplier = _multiplier(figures.observed, figures.expected, figures.known)
        incident.children = self._children(row, incident)

    def _figures(self, incident: Incident, row: int, minute: int) -> Figures:
        none = np.zeros(self._leaves.rows, np.bool_)
        spans = spans_since(incident.started, minute)
        view = window(self._leaves, self._lattice, incident.kind, spans, none)
        observed, expected, known = (
            float(each[row]) for each in (view.observed, view.expected, view.known)
        )
        of = known if incident.kind == "failures" else max(expected, observed)
        low, high = wilson(observed, of)
        return msgspec.structs.replace(
            incident.figures,
            observed=observed,
            expected=expected,
            known=known,
            rate_low=low,
            rate_high=high,
        )

    def _children(self, row: int, incident: Incident) -> list[Slice]:
        s, n = self._s, self._s.rows
        over = any_above(s.sums[:n], s.ticket_at[:n])
        over |= (s.silence[:n] > s.silence_at[:n]) | (s.stop[:n] > s.stop_at[:n])
        found = (self._lattice.slices[each] for each in np.flatnonzero(over) if each != row)
        return [each for each in found if self._within(each, incident.root)][:_LISTED]

    def _told(self, incident: Incident, state: State, minute: int, reason: str) -> Transition:
        incident.told += 1
        told = msgspec.structs.replace(incident, children=list(incident.children))
        return Transition(incident=told, state=state, minute=minute, reason=reason)

    def _overlap(self, row: int, incident: Incident) -> bool:
        number = self._lattice.number_of(incident.root)
        if number is None:
            return False
        members = self._lattice.members
        return bool(np.isin(members(row), members(number), assume_unique=True).any())

    def _within(self, inner: Slice, outer: Slice) -> bool:
        numbers = self._lattice.number_of(inner), self._lattice.number_of(outer)
        if numbers[0] is None or numbers[1] is None:
            return False
        members = self._lattice.members
        return bool(np.isin(members(numbers[0]), members(numbers[1]), assume_unique=True).all())

    def _mark_doubtful(self) -> None:
        touched = self._lattice.touched(self._naming.covered(self.open))
        self._s.hour_doubtful[: self._s.rows][touched] = 1


_NONE: Final = Figures(
    observed=0, expected=0, known=0, rate_low=0, rate_high=0, evidence=0, threshold=0
)


def _multiplier(observed: float, expected: float, known: float) -> float:
    """How the odds of a failure have changed, within what the reverse test can use."""
    rate = min(max(observed / max(known, 1e-9), 1e-6), 1 - 1e-6)
    usual = min(max(expected / max(known, 1e-9), 1e-6), 1 - 1e-6)
    return float(np.clip(rate / (1 - rate) * (1 - usual) / usual, 1.6, 20.0))
