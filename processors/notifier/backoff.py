"""When to try again: exponential, with a jitter that follows from what is tried."""

from typing import Final
from zlib import crc32

_FIRST_MS: Final = 2_000
_LONGEST_MS: Final = 5 * 60_000
_STEPS: Final = 20
#: A delay is spread from this part of itself up to the whole.
_LEAST_PART: Final = 0.5


def delay_ms(failures: int, what: str, retry_after_s: float = 0.0) -> int:
    """The wait after so many failures in a row (from 1), never below what the receiver asked for.

    The same failure of the same thing always waits as long, so that a restart changes nothing;
    different things spread out.
    """
    whole = min(_FIRST_MS * 2 ** min(failures - 1, _STEPS), _LONGEST_MS)
    share = crc32(f"{what}/{failures}".encode()) / 2**32
    return max(int(whole * (_LEAST_PART + (1 - _LEAST_PART) * share)), int(retry_after_s * 1000))
