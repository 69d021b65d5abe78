"""What the cells of windows and of the funnel have in common: numbers that must fit."""

from collections.abc import Sequence
from typing import Final

from pipeline.items.funnel_cell import FunnelCell
from pipeline.items.window_cell import WindowCell

_MAX_START: Final = 1 << 32
_MAX_BUCKET: Final = 1 << 16
_MAX_PARTITION: Final = 1 << 31


def check_cell(
    cell: WindowCell | FunnelCell, buckets: Sequence[int], counts: Sequence[int]
) -> None:
    """Raise ValueError when a number is out of its column's range, or the sketch is uneven."""
    fits = (
        0 <= cell.window_start < _MAX_START
        and 0 <= cell.window_seconds < _MAX_START
        and 0 <= cell.source_partition < _MAX_PARTITION
        and len(buckets) == len(counts)
        and all(0 <= bucket < _MAX_BUCKET for bucket in buckets)
        and all(count >= 0 for count in counts)
    )
    if not fits:
        raise ValueError("a number of the cell is out of range")
