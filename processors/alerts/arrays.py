"""Columns of numbers that grow together: state of many slices in few arrays."""

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

_GROWTH: Final = 1.25
_SMALLEST: Final = 64


def column(*width: int, kind: type[np.generic] = np.float32, fill: float = 0.0) -> Any:  # noqa: ANN401  a dataclass field is typed by its annotation
    """Declare a column of a ``Table``: one value, or ``width`` values, a row."""
    return field(default_factory=lambda: np.empty((0, *width), kind), metadata={"fill": kind(fill)})


@dataclass
class Table:
    """Rows over all columns of a subclass; memory grows by a quarter at a time."""

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

    def encode(self) -> dict[str, bytes]:
        """Write the rows of every column, to be taken over by ``restore``."""
        return {name: self.view(name).tobytes() for name in self._names()}

    def restore(self, columns: dict[str, bytes]) -> None:
        """Take over what ``encode`` wrote."""
        for name in self._names():
            empty = getattr(self, name)
            values = np.frombuffer(columns[name], empty.dtype)
            setattr(self, name, values.reshape(-1, *empty.shape[1:]).copy())
        self.rows = self._capacity()

    def _grow(self, capacity: int) -> None:
        for name in self._names():
            old = getattr(self, name)
            new = np.full((capacity, *old.shape[1:]), self._fill(name), old.dtype)
            new[: self.rows] = old[: self.rows]
            setattr(self, name, new)

    def _capacity(self) -> int:
        return len(getattr(self, self._names()[0]))

    def _fill(self, name: str) -> np.generic:
        fill: np.generic = self.__dataclass_fields__[name].metadata["fill"]
        return fill

    @classmethod
    def _names(cls) -> list[str]:
        return [each.name for each in fields(cls) if "fill" in each.metadata]
