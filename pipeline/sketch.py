"""A mergeable latency sketch: counts in logarithmic buckets, relative error at most 1 %.

The scheme of DDSketch (Masson, Rim, Lee, VLDB 2019): bucket i holds values in
(g^(i-1), g^i] with g = (1 + a) / (1 - a), and stands for 2 g^i / (g + 1). Two sketches merge by
adding counts. Milliseconds up to a week need fewer than 1,100 buckets.
"""

from math import ceil, log
from typing import Final

ACCURACY: Final = 0.01
GAMMA: Final = (1 + ACCURACY) / (1 - ACCURACY)
_LOG_GAMMA: Final = log(GAMMA)
_LONGEST_MS: Final = 7 * 24 * 3_600_000


def bucket_of(milliseconds: int) -> int:
    """The bucket of a duration; below 1 ms counts as 1 ms, above a week as a week."""
    clamped = min(max(milliseconds, 1), _LONGEST_MS)
    return ceil(log(clamped) / _LOG_GAMMA)


def value_of(bucket: int) -> float:
    """The duration a bucket stands for, in milliseconds."""
    return float(2 * GAMMA**bucket / (GAMMA + 1))
