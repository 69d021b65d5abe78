"""Cumulative sums of log-likelihood ratios, and the thresholds that bound their false alarms.

A change multiplies the odds of a failure by ``m``. The log-likelihood ratio of ``failed`` among
``known`` outcomes against an expected rate ``p`` is then ``failed ln m - known ln(1 + (m-1) p)``:
Page's test (Biometrika 41, 1954) sums it and starts again below zero.

Outcomes that hang together (overdispersion) carry less evidence: the ratio is divided by the
factor by which their variance exceeds the binomial one.
"""

from typing import Final

import numpy as np

from processors.alerts.arrays import Doubles, Numbers

#: Siegmund's correction for the overshoot of a sum with normal steps (Sequential Analysis,
#: 1985, section 10): both boundaries act as if they were 0.583 standard deviations further away.
_OVERSHOOT: Final = 1.166
_LEAST: Final = 2.0


def evidence(
    failed: Numbers, known: Numbers, rate: Numbers, multiplier: float, inflation: Numbers
) -> Doubles:
    """Nats for a change of the odds by ``multiplier``; negative where they speak against it."""
    return np.asarray(
        (failed * np.log(multiplier) - known * np.log1p((multiplier - 1) * rate)) / inflation,
        np.float64,
    )


def drift(rate: Numbers, multiplier: float) -> Doubles:
    """Nats one outcome loses on average while nothing has changed: KL(p || changed p)."""
    return np.asarray(np.log1p((multiplier - 1) * rate) - rate * np.log(multiplier), np.float64)


def false_alarm_interval(threshold: Numbers, step: Numbers, spread: Numbers) -> Doubles:
    """Mean number of steps to a false alarm, after Siegmund.

    ``step`` is the mean nats a step loses while nothing has changed, ``spread`` the standard
    deviation of a step. For a log-likelihood ratio the drift is half its variance, which gives
    (e^b - b - 1) / step with b = threshold + 1.166 spread.
    """
    reach = threshold + _OVERSHOOT * spread
    return np.asarray((np.expm1(reach) - reach) / step, np.float64)


def threshold_for(interval: Numbers, step: Numbers, spread: Numbers) -> Doubles:
    """Find the threshold for a mean of ``interval`` steps to a false alarm, at least 2.

    Never above ln(interval): a sum of log-likelihood ratios passes that less than once in
    ``interval`` steps whatever the distribution (Lorden, Annals of Mathematical Statistics 42,
    1971; Shin, Ramdas and Rinaldo, e-detectors, 2022).
    """
    safe = np.log(interval)
    reach = np.log(np.maximum(interval * step, 1.0) + safe + 1)
    bounded = np.clip(reach - _OVERSHOOT * spread, _LEAST, np.maximum(safe, _LEAST))
    return np.asarray(bounded, np.float64)
