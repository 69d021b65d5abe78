"""Columns of numbers that grow together: state of many slices in few arrays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
#: Any numbers, to compute with.
Numbers = NDArray[Any]

_GROWTH: Final = 1.125
_SMALLEST: Final = 64


def column(
    *width: int,
    kind: type[np.generic] = np.float32,
    fill: float = 0.0,
    apart: bool = False,
    hourly: bool = False,
) -> Any:  # noqa: ANN401  a dataclass field is typed by its annotation
    """Declare a column of a ``Table``: one value, or ``width`` values, a row.

    It is written as one page; ``apart``, as one for each of its values, for they change one at a
    time. ``hourly`` ones change only when something is learned, at an hour's end mostly.
    """
    meta = {"fill": kind(fill), "apart": apart, "hourly": hourly}
    return field(default_factory=lambda: np.empty((0, *width), kind), metadata=meta)


@dataclass
class Table:
    """Rows over all columns of a subclass; memory grows by an eighth at a time."""

    rows: int = 0

    def add_row(self) -> int:
        """Make a fresh row and give its number."""
        if self.rows == self._capacity():
            self._grow(max(_SMALLEST, int(self.rows * _GROWTH)))
        self.rows += 1
        return self.rows - 1

    def keep(self, kept: Ints) -> None:
        """Drop all rows but these, which move up in this order."""
        for name in self._names():
            values = getattr(self, name)
            values[: len(kept)] = values[kept]
            values[len(kept) : self.rows] = self._fill(name)
        self.rows = len(kept)

    def view(self, name: str) -> NDArray[Any]:
        """Give the rows in use of one column, to read or write in place."""
        values: NDArray[Any] = getattr(self, name)
        return values[: self.rows]

    def pages(self, prefix: str, *, hourly: bool) -> Iterator[tuple[str, bytes]]:
        """Give the columns by name, to be taken over by ``restore``; a blank one has no bytes."""
        for name in self._names():
            meta, values = self._meta(name), self.view(name)
            if meta["hourly"] and not hourly:
                continue
            if not meta["apart"]:
                yield f"{prefix}/{name}", values.tobytes()
                continue
            for at in range(values.shape[1]):
                yield f"{prefix}/{name}/{at}", _unless_blank(values[:, at], meta["fill"])

    def page(self, name: str) -> bytes:
        """Give one page, named as by ``pages`` without the prefix."""
        name, _, at = name.partition("/")
        values = self.view(name)
        return _unless_blank(values[:, int(at)], self._fill(name)) if at else values.tobytes()

    def restore(self, prefix: str, rows: int, pages: Mapping[str, bytes]) -> None:
        """Take over what ``pages`` gave; rows that a page doesn't reach are blank in it."""
        for name in self._names():
            empty = getattr(self, name)
            values = np.full((rows, *empty.shape[1:]), self._fill(name), empty.dtype)
            if self._meta(name)["apart"]:
                for at in range(values.shape[1]):
                    _fill_in(values[:, at], pages.get(f"{prefix}/{name}/{at}", b""))
            else:
                _fill_in(values, pages.get(f"{prefix}/{name}", b""))
            setattr(self, name, values)
        self.rows = rows

    def _grow(self, capacity: int) -> None:
        for name in self._names():
            old = getattr(self, name)
            new = np.full((capacity, *old.shape[1:]), self._fill(name), old.dtype)
            new[: self.rows] = old[: self.rows]
            setattr(self, name, new)

    def _capacity(self) -> int:
        return len(getattr(self, self._names()[0]))

    def _fill(self, name: str) -> np.generic:
        fill: np.generic = self._meta(name)["fill"]
        return fill

    def _meta(self, name: str) -> Mapping[str, Any]:
        return self.__dataclass_fields__[name].metadata

    @classmethod
    def _names(cls) -> list[str]:
        return [each.name for each in fields(cls) if "fill" in each.metadata]


def _unless_blank(values: NDArray[Any], fill: np.generic) -> bytes:
    blank = np.array_equal(values, np.full_like(values, fill), equal_nan=True)
    return b"" if blank else values.tobytes()


def _fill_in(values: NDArray[Any], page: bytes) -> None:
    written = np.frombuffer(page, values.dtype).reshape(-1, *values.shape[1:])
    values[: len(written)] = written
