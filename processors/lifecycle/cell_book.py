"""All cells of one partition and one kind, of which a hostile text can't make too many.

An account gets ``cap`` cells a window; what would need one more counts in a coarser cell, first
without carrier and sender, then by channel alone. Cells leave with their whole window, never
one by one. So whether a key has a cell of its own is settled when it is first asked for and
stays so, which is how a contribution is found again to be taken out, also after a restore.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from processors.lifecycle.cell import COARSEST, Cell, CellKey, Contribution, RawKey
from processors.lifecycle.dimensions import shared
from processors.lifecycle.waits import Waits


class CellBook:
    """Cells by key; ``counters`` is how many each has, ``on_capped`` hears of coarser ones.

    ``waits`` learns from the durations in the cells.
    """

    def __init__(
        self, counters: int, cap: int, on_capped: Callable[[], None], waits: Waits | None = None
    ) -> None:
        self._counters = counters
        self._cap = cap
        self._on_capped = on_capped
        self._waits = waits
        self._cells: dict[RawKey, Cell] = {}
        self._sizes: dict[tuple[int, str, int], int] = {}
        self._changed: set[CellKey] = set()

    def __len__(self) -> int:
        return len(self._cells)

    def move(self, before: Contribution | None, after: Contribution | None) -> None:
        """Take a contribution out of its cell and count the new one."""
        if before is not None:
            if before == after:
                return
            self._count(before, -1)
        if after is not None and self._count(after, +1).level:
            self._on_capped()

    def _count(self, contribution: Contribution, sign: int) -> CellKey:
        """Count in (+1) or out (-1); gives the key of the cell in which it was counted."""
        cell = self._cells.get(contribution.key) or self._open(contribution.key)
        cell.add(contribution, sign)
        key = cell.key
        self._changed.add(key)
        if contribution.bucket is not None and self._waits is not None:
            self._waits.count(key.dims, contribution.bucket, sign)
        return key

    def get(self, key: CellKey) -> Cell | None:
        """Find a cell by its own key."""
        return self._cells.get(key)

    def changed(self) -> Iterator[Cell]:
        """Cells changed since ``take_changed``."""
        return self.named(self._changed)

    def take_changed(self) -> set[CellKey]:
        """Give the keys of the changed cells; afterwards none counts as changed."""
        changed, self._changed = self._changed, set()
        return changed

    def named(self, keys: Iterable[CellKey]) -> Iterator[Cell]:
        """Give those of ``keys`` that there are."""
        return (cell for key in keys if (cell := self._cells.get(key)))

    def put(self, cells: Iterable[Cell]) -> None:
        """Take over stored cells, over older ones."""
        for cell in cells:
            # One object is found faster than equal ones.
            cell.key = cell.key._replace(dims=shared(cell.key.dims))
            known = self._cells.get(cell.key)
            if known:
                self._learn(known, -1)
            else:
                group = _group(cell.key)
                self._sizes[group] = self._sizes.get(group, 0) + 1
            self._cells[cell.key] = cell
            self._learn(cell, +1)

    def expire(self, cutoff: int) -> None:
        """Drop the windows that began before ``cutoff``."""
        for key in [key for key in self._cells if key[0] < cutoff]:
            self._learn(self._cells.pop(key), -1)
        for group in [group for group in self._sizes if group[0] < cutoff]:
            del self._sizes[group]

    def _learn(self, cell: Cell, sign: int) -> None:
        if self._waits:
            for bucket, count in cell.sketch.items():
                self._waits.count(cell.key.dims, bucket, sign * count)

    def _open(self, wanted: RawKey) -> Cell:
        key = CellKey(*wanted)
        for candidate in chain((key,), key.coarser()):
            cell = self._cells.get(candidate)
            if cell is not None:
                return cell
            group = _group(candidate)
            size = self._sizes.get(group, 0)
            if candidate.level == COARSEST or size < self._cap:
                break
        self._sizes[group] = size + 1
        cell = self._cells[candidate] = Cell(candidate, [0] * self._counters, {})
        return cell


def _group(key: CellKey) -> tuple[int, str, int]:
    return key.start, key.dims.account_sid, key.level
