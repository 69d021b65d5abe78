"""Cells: each delivery counts in exactly one of the windows, each verification in one funnel."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from processors.lifecycle.dimensions import DIMENSIONS, OTHER, Dimensions

WINDOW_MS: Final = 60_000
#: Levels of coarseness: as it is, without carrier and sender, and by channel alone.
FULL: Final = 0
WITHOUT_CARRIER: Final = 1
COARSEST: Final = 2
#: Error codes a cell tells apart; what they mean they share, so few is many.
MOST_CODES: Final = 8
#: Counts for the codes beyond.
OTHER_CODES: Final = 0


#: What a ``CellKey`` is made of, and equal to: made for every event, a tuple costs a third.
RawKey = tuple[int, Dimensions, str, int, bool]


class CellKey(NamedTuple):
    """What those in a cell share; ``start`` is the window's start in epoch ms.

    ``funnel`` tells the cells of verifications from those of deliveries.
    """

    start: int
    dims: Dimensions
    error_class: str = ""
    level: int = FULL
    funnel: bool = False

    def coarser(self) -> Iterator["CellKey"]:
        """The cells that may stand in where there are too many, from fine to coarse."""
        own = self.dims
        finer = (own.account_sid, own.service_sid, own.channel, own.country, OTHER, OTHER)
        coarse = (own.account_sid, OTHER, own.channel, OTHER, OTHER, OTHER)
        for level, texts in ((WITHOUT_CARRIER, finer), (COARSEST, coarse)):
            yield CellKey(self.start, DIMENSIONS[texts], self.error_class, level, self.funnel)


class Contribution(msgspec.Struct, frozen=True, gc=False):
    """Where one delivery or verification counts: its cell, its counters, its sketch's bucket.

    ``code`` is Twilio's error code; 0 where there is none.
    """

    key: RawKey
    counters: tuple[int, ...]
    bucket: int | None
    code: int = 0


class Cell(msgspec.Struct, array_like=True):
    """Counters, a sketch of durations, counts of error codes; ``row`` belongs to the runtime.

    A code that was given a place in ``codes`` keeps it when its count falls to 0, so what was
    counted under a code, or with those beyond ``MOST_CODES``, is found there to be taken out.
    """

    key: CellKey
    counts: list[int]
    sketch: dict[int, int]
    codes: dict[int, int] | None = None
    row: int = 0

    def add(self, contribution: Contribution, sign: int) -> None:
        """Count in (+1) or out (-1)."""
        counts = self.counts
        for counter in contribution.counters:
            counts[counter] += sign
        bucket = contribution.bucket
        if bucket is not None:
            sketch = self.sketch
            left = sketch.get(bucket, 0) + sign
            if left:
                sketch[bucket] = left
            else:
                del sketch[bucket]
        if contribution.code:
            self._add_code(contribution.code, sign)

    def _add_code(self, code: int, sign: int) -> None:
        codes = self.codes = {} if self.codes is None else self.codes
        place = code if code in codes or len(codes) < MOST_CODES else OTHER_CODES
        codes[place] = codes.get(place, 0) + sign

    def buckets(self) -> tuple[list[int], list[int]]:
        """Give the sketch as ascending buckets and their counts."""
        buckets = sorted(self.sketch)
        return buckets, [self.sketch[bucket] for bucket in buckets]
