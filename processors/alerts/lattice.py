"""The live slices: finest ones (leaves) and the wider ones over them, bounded in number."""

from collections.abc import Iterable, Sequence

import numpy as np

from processors.alerts.arrays import Bools, Floats, Ints
from processors.alerts.slices import DIMENSIONS, SHAPES, Leaf, Slice, slices_of


class Lattice:
    """Numbers for leaves and slices, and sums of leaves for every slice."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self.leaves: list[Leaf] = []
        self.slices: list[Slice] = []
        self.parents: list[int] = []
        self._leaf_numbers: dict[Leaf, int] = {}
        self._slice_numbers: dict[Slice, int] = {}
        self._slices_of: list[list[int]] = []
        self._stale = True
        self._members: Ints = np.empty(0, np.int64)
        self._starts: Ints = np.empty(0, np.int64)
        self._own: Ints = np.empty(0, np.int64)
        self._steps: list[tuple[Ints, Ints, Ints]] = []
        self._generations: list[tuple[Ints, Ints]] = []
        self.shape_of: Ints = np.empty(0, np.int64)

    def find(self, leaf: Leaf) -> int | None:
        """The number of a known leaf."""
        return self._leaf_numbers.get(leaf)

    def add(self, leaf: Leaf) -> int:
        """Take a leaf in with all slices over it, and give its number."""
        number = self._leaf_numbers[leaf] = len(self.leaves)
        self.leaves.append(leaf)
        self._slices_of.append([self._slice(each) for each in slices_of(leaf)])
        self._stale = True
        return number

    def _slice(self, found: Slice) -> int:
        number = self._slice_numbers.get(found)
        if number is None:
            number = self._slice_numbers[found] = len(self.slices)
            self.slices.append(found)
            self.parents.append(self._parent(found))
        return number

    def _parent(self, child: Slice) -> int:
        wider = SHAPES[child.shape].parent
        if wider < 0:
            return -1
        values = child.fixed()
        kept = Slice(wider, tuple(values[name] for name in _names(wider)))
        return self._slice(kept)

    def number_of(self, found: Slice) -> int | None:
        """The number of a live slice."""
        return self._slice_numbers.get(found)

    def children(self, number: int) -> list[int]:
        """The slices that learn from a slice, of any shape."""
        return [row for row, parent in enumerate(self.parents) if parent == number]

    @property
    def own(self) -> Ints:
        """The finest slice of every leaf."""
        self.refresh()
        return self._own

    def sums(self, values: Floats) -> Floats:
        """Sum a table of the leaves for every slice, each shape from a finer one."""
        self.refresh()
        sums = np.empty((len(self.slices), values.shape[1]), np.float32)
        sums[self._own] = values
        for rows, sources, starts in self._steps:
            sums[rows] = np.add.reduceat(sums.take(sources, axis=0), starts, axis=0)
        return sums

    def touched(self, leaves: Bools) -> Bools:
        """Which slices contain any of the marked leaves."""
        return self.sums(leaves[:, None].astype(np.float32))[:, 0] > 0

    def members(self, number: int) -> Ints:
        """The leaves of a slice."""
        self.refresh()
        last = number + 1 == len(self._starts)
        return self._members[self._starts[number] : None if last else self._starts[number + 1]]

    def generations(self) -> Iterable[tuple[Ints, Ints]]:
        """Slices from the widest on with their parents, each after its parent."""
        self.refresh()
        return self._generations

    def keep(self, kept: Sequence[int]) -> list[int]:
        """Drop all leaves but these; give the slices that are left, by their old numbers."""
        leaves = [self.leaves[number] for number in kept]
        before = self._slice_numbers
        self._clear()
        for leaf in leaves:
            self.add(leaf)
        return [before[each] for each in self.slices]

    def refresh(self) -> None:
        """Order the members anew after leaves came or went."""
        if not self._stale:
            return
        owners = np.array(self._slices_of, np.int64)
        flat = owners.reshape(-1)
        order = np.argsort(flat, kind="stable")
        self._members = order // len(SHAPES)
        self._starts = np.searchsorted(flat[order], np.arange(len(self.slices)))
        self._own = owners[:, -1]
        self._steps = [_step(owners, shape) for shape in reversed(range(len(SHAPES) - 1))]
        self.shape_of = np.array([each.shape for each in self.slices], np.int64)
        parents = np.array(self.parents, np.int64)
        depths = np.array([_depth(each.shape) for each in self.slices], np.int64)
        self._generations = [
            (rows, parents[rows])
            for depth in range(int(depths.max(initial=-1)) + 1)
            if len(rows := np.flatnonzero(depths == depth))
        ]
        self._stale = False


def _names(shape: int) -> list[str]:
    return [DIMENSIONS[at] for at in SHAPES[shape].kept]


def _step(owners: Ints, shape: int) -> tuple[Ints, Ints, Ints]:
    """How to sum a shape: its slices, the finer slices in their order, where each one's begin."""
    kept = set(SHAPES[shape].kept)
    finer = [s for s in range(shape + 1, len(SHAPES)) if kept < set(SHAPES[s].kept)]
    source = min(finer, key=lambda s: len(np.unique(owners[:, s])))
    pairs = np.unique(owners[:, [shape, source]], axis=0)
    rows, starts = np.unique(pairs[:, 0], return_index=True)
    return rows, pairs[:, 1], starts


def _depth(shape: int) -> int:
    depth = 0
    while SHAPES[shape].parent >= 0:
        shape, depth = SHAPES[shape].parent, depth + 1
    return depth
