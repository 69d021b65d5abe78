"""Which slice explains a change best."""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from processors.alerts.arrays import Bools, Doubles
from processors.alerts.lattice import Lattice
from processors.alerts.slices import SHAPES
from processors.alerts.state import SPAN_MINUTES, SPANS, LeafTable

#: Of which columns each kind of incident compares: what came, and what should have come.
COLUMNS: Final = {
    "failures": ("past_failed", "past_expected"),
    "silence": ("past_known", "past_due"),
    "stopped": ("past_sent", "past_traffic"),
}

#: So much of the usual traffic is no stop; history begins some minutes before it.
_GOES_ON: Final = 0.5


class Window(msgspec.Struct, frozen=True):
    """Recent history of every slice: what came, what should have, and of how many."""

    observed: Doubles
    expected: Doubles
    known: Doubles

    def scores(self, kind: str) -> Doubles:
        """Nats by which each slice, on its own, differs in the direction that is bad."""
        if kind == "failures":
            return _more_failures(self.observed, self.expected, self.known)
        fewer = _fewer(self.observed, self.expected)
        if kind == "stopped":
            fewer[self.observed > _GOES_ON * self.expected] = 0
        return fewer


def spans_since(since: float, minute: int) -> list[int]:
    """The columns of recent history that hold the minutes from ``since`` on."""
    last = minute // SPAN_MINUTES
    first = max(int(since) // SPAN_MINUTES, last - SPANS + 1)
    return [span % SPANS for span in range(min(first, last), last + 1)]


def window(
    leaves: LeafTable, lattice: Lattice, kind: str, spans: Sequence[int], without: Bools
) -> Window:
    """Sum up recent history, leaving out the leaves marked in ``without``."""
    names = (*COLUMNS[kind], "past_known")
    columns = [leaves.view(name)[:, spans].sum(axis=1, dtype=np.float64) for name in names]
    table = np.stack(columns, axis=1)
    table[without] = 0
    sums = np.asarray(lattice.sums(table), np.float64)
    return Window(sums[:, 0], sums[:, 1], sums[:, 2])


def likelihoods(lattice: Lattice, scores: Doubles) -> Doubles:
    """Log-likelihood, for each slice, that all of it changed and nothing else did.

    Every shape has the same chance a priori: there are fewer wide slices than narrow ones, so of
    two that explain the same the wider one is named.
    """
    how_many = np.bincount(lattice.shape_of, minlength=len(SHAPES))
    return np.where(scores > 0, scores - np.log(how_many[lattice.shape_of]), -np.inf)


def _more_failures(failed: Doubles, expected: Doubles, known: Doubles) -> Doubles:
    """Log-likelihood ratio of the observed rate against the expected one, where it is higher."""
    total = np.maximum(known, 1e-9)
    rate = np.clip(failed / total, 1e-9, 1 - 1e-9)
    usual = np.clip(expected / total, 1e-6, 1 - 1e-6)
    ratio = failed * np.log(rate / usual) + (known - failed) * np.log((1 - rate) / (1 - usual))
    return np.where(failed > expected, ratio, 0.0)


def _fewer(came: Doubles, expected: Doubles) -> Doubles:
    """Log-likelihood ratio of Poisson counts, where fewer came than expected."""
    safe = np.maximum(expected, 1e-9)
    ratio = came * np.log(np.maximum(came, 1e-9) / safe) + safe - came
    return np.where(came < expected, ratio, 0.0)
