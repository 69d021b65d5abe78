"""Draws the plots of docs/why/alerts.md: ``python -m benchmarks.detection.plots docs/why``."""

import sys
from collections.abc import Sequence
from math import log10
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.detection.yardstick import RATE, TARGETS
from processors.alerts.cusum import drift, evidence, threshold_for
from processors.alerts.settings import MINUTES_A_MONTH
from processors.alerts.state import MULTIPLIERS

_WIDTH: Final = 720
_HEIGHT: Final = 300
_LEFT: Final = 60
_BOTTOM: Final = 40
_TOP: Final = 24
_COLORS: Final = ("#1f6feb", "#d1481f", "#2d8a4e", "#8250df")
_ONE: Final = np.ones(1)
_A_MINUTE: Final = 10
Points = Sequence[tuple[float, float]]


class Plot:
    """Axes with lines in them, as SVG."""

    def __init__(self, title: str, x: tuple[float, float], y: tuple[float, float]) -> None:
        self._x, self._y = x, y
        self._parts = [self._text(_WIDTH / 2, 16, title, "middle")]
        corner = f"{_LEFT},{_TOP} {_LEFT},{_HEIGHT - _BOTTOM} {_WIDTH - 20},{_HEIGHT - _BOTTOM}"
        self._parts.append(f'<polyline points="{corner}" fill="none" stroke="#888"/>')

    def line(self, points: Points, color: str, dash: str = "") -> None:
        """Draw a line through points."""
        at = " ".join(f"{self._at_x(x):.1f},{self._at_y(y):.1f}" for x, y in points)
        style = f'stroke="{color}" stroke-dasharray="{dash}"'
        self._parts.append(f'<polyline points="{at}" fill="none" stroke-width="1.6" {style}/>')

    def label(self, x: float, y: float, text: str, color: str = "#444") -> None:
        """Write at a point."""
        self._parts.append(self._text(self._at_x(x), self._at_y(y), text, "start", color))

    def tick_x(self, x: float, text: str) -> None:
        """Name a place on the lower axis."""
        self._parts.append(self._text(self._at_x(x), _HEIGHT - _BOTTOM + 16, text, "middle"))

    def tick_y(self, y: float, text: str) -> None:
        """Name a place on the left axis."""
        self._parts.append(self._text(_LEFT - 6, self._at_y(y) + 4, text, "end"))

    def svg(self) -> str:
        """Give the picture."""
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        paper = '<rect width="100%" height="100%" fill="#fff"/>'
        return "\n".join([head, paper, *self._parts, "</svg>", ""])

    def _at_x(self, x: float) -> float:
        low, high = self._x
        return _LEFT + (x - low) / (high - low) * (_WIDTH - 20 - _LEFT)

    def _at_y(self, y: float) -> float:
        low, high = self._y
        return _HEIGHT - _BOTTOM - (y - low) / (high - low) * (_HEIGHT - _BOTTOM - _TOP)

    @staticmethod
    def _text(x: float, y: float, text: str, anchor: str, color: str = "#444") -> str:
        place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}"'
        return f'<text {place} font-family="sans-serif" font-size="12">{text}</text>'


def threshold(multiplier: float, slices: float) -> float:
    """Of a page's test on a slice of 600 an hour that has one part in ``slices`` of the budget."""
    lost = drift(_ONE * RATE, multiplier) * _A_MINUTE
    interval = MINUTES_A_MONTH * slices * (len(MULTIPLIERS) - 1)
    return float(threshold_for(_ONE * interval, lost, np.sqrt(2 * lost))[0])


def cusum_plot() -> str:
    """A slice of 600 messages an hour whose failures go from 5 % to 15 % for an hour."""
    rng = np.random.default_rng(4)
    chance = np.repeat((RATE, 0.15, RATE), 60)
    failed = rng.binomial(_A_MINUTE, chance).astype(float)
    known, rates = np.full(180, float(_A_MINUTE)), np.full(180, RATE)
    nats = evidence(failed, known, rates, MULTIPLIERS[2], np.ones(180))
    sums = [0.0]
    for each in nats:
        sums.append(max(sums[-1] + float(each), 0.0))
    at, top = threshold(MULTIPLIERS[2], 800), max(sums) * 1.05
    plot = Plot("5 % to 15 % failing for an hour: evidence in nats", (0, 180), (0, top))
    plot.line([(0, at), (180, at)], "#888", "4 3")
    plot.label(2, at + top / 60, "threshold of a page")
    plot.line(list(enumerate(sums)), _COLORS[0])
    plot.line([(n, value * top) for n, value in enumerate(failed / _A_MINUTE)], _COLORS[1], "1 2")
    plot.label(125, top * 0.92, "dotted: failing in each minute", _COLORS[1])
    for minute in range(0, 181, 30):
        plot.tick_x(minute, f"{minute} min")
    for nat in range(0, int(top), 10):
        plot.tick_y(nat, str(nat))
    return plot.svg()


def budget_plot() -> str:
    """Minutes of evidence a page takes, by how many slices share one false page a month."""
    plot = Plot("minutes to a page, by slices that share the budget", (0, 4), (0, 2))
    for color, target in zip(_COLORS, TARGETS, strict=True):
        points = []
        for exponent in np.arange(0, 4.01, 0.25):
            minutes = min(_minutes(m, target, 10**exponent) for m in MULTIPLIERS[1:])
            points.append((float(exponent), log10(max(minutes, 1.0))))
        plot.line(points, color)
        plot.label(0.05, points[0][1] + 0.05, f"5 % to {target:.0%}", color)
    for exponent in range(5):
        plot.tick_x(exponent, f"{10**exponent:,}")
    for minutes in (1, 2, 5, 10, 20, 50, 100):
        plot.tick_y(log10(minutes), str(minutes))
    return plot.svg()


def _minutes(multiplier: float, target: float, slices: float) -> float:
    gain = evidence(_ONE * target, _ONE, _ONE * RATE, multiplier, _ONE)[0] * _A_MINUTE
    return threshold(multiplier, slices) / gain if gain > 0 else float("inf")


def main() -> None:
    """Write the plots into the folder that is named."""
    folder = Path(sys.argv[1])
    (folder / "alerts-cusum.svg").write_text(cusum_plot(), "utf-8")
    (folder / "alerts-budget.svg").write_text(budget_plot(), "utf-8")


if __name__ == "__main__":
    main()
