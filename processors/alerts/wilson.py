"""Wilson's interval for a rate."""

from math import sqrt
from typing import Final

_Z: Final = 1.959963984540054


def wilson(hits: float, of: float) -> tuple[float, float]:
    """The 95 % interval of ``hits / of``; (0, 1) without anything to go by."""
    if of <= 0:
        return 0.0, 1.0
    rate = min(hits / of, 1.0)
    center = (rate + _Z**2 / (2 * of)) / (1 + _Z**2 / of)
    reach = _Z * sqrt(rate * (1 - rate) / of + _Z**2 / (4 * of**2)) / (1 + _Z**2 / of)
    return max(0.0, center - reach), min(1.0, center + reach)
