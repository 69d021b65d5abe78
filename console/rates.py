"""Rates with their uncertainty, from counts."""

from collections.abc import Iterable, Mapping
from math import isfinite, sqrt
from typing import Any, Final

COUNTS: Final = ("sent", "delivered", "undelivered", "failed", "canceled", "unknown")
_Z: Final = 1.959963984540054  # of 95 %


def rated(counts: Mapping[str, int]) -> dict[str, Any]:
    """The counts, with the delivery rate over known outcomes and its 95 % Wilson interval."""
    known = counts["sent"] - counts["unknown"]
    rate, low, high = interval(counts["delivered"], known)
    return {name: counts[name] for name in COUNTS} | {"rate": rate, "low": low, "high": high}


def interval(successes: int, known: int) -> tuple[float | None, float | None, float | None]:
    """Rate, lower and upper end; None where nothing is known."""
    if known <= 0:
        return None, None, None
    rate = successes / known
    spread = 1 + _Z * _Z / known
    center = (rate + _Z * _Z / (2 * known)) / spread
    reach = _Z * sqrt(rate * (1 - rate) / known + _Z * _Z / (4 * known * known)) / spread
    return rate, max(0.0, center - reach), min(1.0, center + reach)


def share(part: int, whole: int) -> float | None:
    """What part of the whole it is; None of nothing."""
    return part / whole if whole > 0 else None


def summed(rows: Iterable[Mapping[str, int]], names: Iterable[str] = COUNTS) -> dict[str, int]:
    """The counts of all rows."""
    listed = list(rows)
    return {name: sum(row[name] for row in listed) for name in names}


def finite(number: float | None) -> float | None:
    """ClickHouse's NaN for a percentile of nothing is None."""
    return number if number is not None and isfinite(number) else None
