"""Differences between what should be there and what is."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row", bound=tuple[object, ...])

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that differs; None stands for a row that is not there."""

    key: object
    expected: object
    found: object

    def describe(self) -> str:
        """One line for people."""
        if self.found is None:
            return f"missing: {self.key} {self.expected}"
        if self.expected is None:
            return f"unexpected: {self.key} {self.found}"
        return f"differs: {self.key} expected {self.expected}, found {self.found}"


@dataclass(slots=True)
class Comparison:
    """One kind of row compared; keeps the first differences and counts all."""

    name: str
    expected: int = 0
    equal: int = 0
    missing: int = 0
    differing: int = 0
    unexpected: int = 0
    repeated: int = 0
    first: list[Difference] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether everything that should be there is there, once, and nothing else."""
        return not (self.missing or self.differing or self.unexpected or self.repeated)

    def note(self, key: object, expected: object, found: object) -> None:
        """Count one row of either side."""
        if expected == found:
            self.equal += 1
            return
        self.missing += found is None
        self.unexpected += expected is None
        self.differing += found is not None and expected is not None
        self.remember(Difference(key, expected, found))

    def note_repetition(self, key: object, row: object) -> None:
        """Count a row that is stored a second time."""
        self.repeated += 1
        self.remember(Difference(key, "one row", f"another row: {row}"))

    def remember(self, difference: Difference) -> None:
        """Keep the first few to show."""
        if len(self.first) < _SHOWN:
            self.first.append(difference)

    def describe(self) -> str:
        """One line for people."""
        if self.clean:
            return f"{self.name}: {self.equal:,} of {self.expected:,} equal"
        return (
            f"{self.name}: {self.equal:,} of {self.expected:,} equal; {self.missing:,} missing, "
            f"{self.differing:,} differing, {self.unexpected:,} unexpected, "
            f"{self.repeated:,} stored more than once"
        )


def compare(name: str, expected: Mapping[Key, Row], found: Mapping[Key, Row]) -> Comparison:
    """Compare two tables row by row."""
    result = Comparison(name, expected=len(expected))
    for key, row in expected.items():
        result.note(key, row, found.get(key))
    for key in found.keys() - expected.keys():
        result.note(key, None, found[key])
    return result
