"""How long receipts take, by channel and country: what is missing after that is silence.

Learned from the cells of the partition, so it needs no state of its own: whoever restores the
cells knows the same. What is too slow to be in them (beyond the horizon) is not learned from.
"""

from typing import Final

import msgspec

from pipeline.memo import Memo
from pipeline.sketch import value_of
from processors.lifecycle.dimensions import Dimensions

#: A quantile is looked up again once the receipts it was taken of have grown or shrunk so much.
_MOVED: Final = 1 / 16


class _Receipts(msgspec.Struct):
    """Receipts by the bucket of their delay; ``taken_of`` of them gave ``quantile_ms``."""

    counts: dict[int, int] = {}
    total: int = 0
    taken_of: int = 0
    quantile_ms: int = 0


class Waits:
    """``quantile`` of the receipts (0..1) come within the wait; below ``samples`` none is told."""

    def __init__(self, quantile: float, samples: int) -> None:
        self._quantile = quantile
        self._samples = samples
        self._groups: dict[tuple[str, str], _Receipts] = {}
        self._of = Memo(self._group)

    def count(self, dims: Dimensions, bucket: int, number: int) -> None:
        """Count receipts with a delay in ``bucket`` (see ``pipeline.sketch``) in or out."""
        group = self._of[dims]
        group.total += number
        counts = group.counts
        counts[bucket] = counts.get(bucket, 0) + number

    def quantile_ms(self, dims: Dimensions) -> int:
        """The delay most receipts stay below, in milliseconds; 0 while too few are known."""
        group = self._of[dims]
        if not self._quantile or group.total < self._samples:
            return 0
        if abs(group.total - group.taken_of) > group.taken_of * _MOVED:
            group.taken_of = group.total
            group.quantile_ms = _quantile_ms(group, self._quantile)
        return group.quantile_ms

    def _group(self, dims: Dimensions) -> _Receipts:
        return self._groups.setdefault((dims.channel, dims.country), _Receipts())


def _quantile_ms(group: _Receipts, quantile: float) -> int:
    left = quantile * group.total
    buckets = sorted(bucket for bucket, count in group.counts.items() if count)
    for bucket in buckets:
        left -= group.counts[bucket]
        if left <= 0:
            break
    return round(value_of(bucket))
