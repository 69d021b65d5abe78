"""What an insert has to know of a table."""

from typing import Final

import msgspec

#: The columns every stored row ends in: where in Kafka it came from.
PLACE: Final = (
    ("kafka_topic", "LowCardinality(String)"),
    ("kafka_partition", "Int32"),
    ("kafka_offset", "Int64"),
    ("kafka_index", "Int32"),
)
_LATEST_MS: Final = 4_102_444_800_000  # the year 2100: retention counts in 32-bit seconds


class Table(msgspec.Struct, frozen=True):
    """A store's name and its columns with their types, in the order of the rows' values."""

    name: str
    columns: tuple[tuple[str, str], ...]

    @property
    def column_names(self) -> list[str]:
        """The columns' names, in order."""
        return [name for name, _ in self.columns]

    @property
    def column_types(self) -> list[str]:
        """The columns' types, in order."""
        return [kind for _, kind in self.columns]


def storable_time(milliseconds: int, fallback: int) -> int:
    """A time of receipt that retention can count from; ``fallback`` for one nobody could mean."""
    return milliseconds if 0 <= milliseconds < _LATEST_MS else fallback
