"""Evidence from outcomes that hang together: beta-binomial log-likelihood ratios.

Outcomes of one minute share its luck: their rate is itself drawn, from a beta distribution. Where
failures are rare that scatter is large beside the rate (a rate of 2 % with a correlation of 0.01
varies by two thirds from minute to minute), and seven failures among eleven are no proof of an
outage. A binomial ratio divided by the variance's inflation takes them for one.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from processors.alerts.arrays import Doubles, Numbers

_LEAST_CORRELATION: Final = 1e-9
_MOST_CORRELATION: Final = 0.5
#: Stirling's series is good to 1e-7 from here on.
_STIRLING_FROM: Final = 7


def evidence_of(
    failed: Numbers, known: Numbers, rate: Numbers, multipliers: Sequence[float], scatter: Numbers
) -> list[Doubles]:
    """Nats of each row's minute for a change of the odds by each of the ``multipliers``.

    ``scatter`` is the factor by which the variance of ``failed`` exceeds the binomial one.
    """
    failed, good, rate = (
        np.asarray(np.maximum(each, 0), np.float64) for each in (failed, known - failed, rate)
    )
    correlation = np.asarray(scatter - 1, np.float64) / np.maximum(known - 1, 1)
    size = 1 / np.clip(correlation, _LEAST_CORRELATION, _MOST_CORRELATION) - 1
    some = np.flatnonzero(failed)
    usual = _likelihood(failed, good, rate, size, some)
    return [
        _likelihood(failed, good, multiplier * rate / (1 + (multiplier - 1) * rate), size, some)
        - usual
        for multiplier in multipliers
    ]


def _likelihood(
    failed: Doubles, good: Doubles, rate: Doubles, size: Doubles, some: Numbers
) -> Doubles:
    """Of the counts, up to what no rate changes; only the rows ``some`` have failures."""
    nats = _rising((1 - rate) * size, good)
    nats[some] += _rising(rate[some] * size[some], failed[some])
    return nats


def _rising(start: Doubles, steps: Doubles) -> Doubles:
    """ln(start (start + 1) ... (start + steps - 1)), as a difference of log-gammas."""
    return _log_gamma(start + steps) - _log_gamma(start)


def _log_gamma(x: Doubles) -> Doubles:
    shifted = x + _STIRLING_FROM
    product = x.copy()
    for step in range(1, _STIRLING_FROM):
        product *= x + step
    log = np.log(shifted)
    series = (shifted - 0.5) * log - shifted + 1 / (12 * shifted) - 1 / (360 * shifted**3)
    return np.asarray(series - np.log(product), np.float64)
