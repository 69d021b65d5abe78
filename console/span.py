"""The time an answer is about, in steps of one length."""

from collections.abc import Mapping
from typing import Final

import msgspec

from console.problems import BAD_REQUEST, ProblemError

HOUR_S: Final = 3_600
DAY_S: Final = 86_400
#: Steps (seconds) that ClickHouse's windows have, with the longest span each is chosen for.
_STEPS: Final = {60: 3 * HOUR_S, 300: DAY_S, HOUR_S: 31 * DAY_S, DAY_S: 400 * DAY_S}
_MOST_POINTS: Final = 1_500
_MOST_DIGITS: Final = 11


class Span(msgspec.Struct, frozen=True):
    """From ``start`` to before ``end`` (epoch seconds), both at a whole ``step`` (seconds)."""

    start: int
    end: int
    step: int

    @property
    def times(self) -> range:
        """The start of every step."""
        return range(self.start, self.end, self.step)

    @property
    def before(self) -> "Span":
        """As much time just before."""
        return Span(2 * self.start - self.end, self.start, self.step)


def read_span(query: Mapping[str, str], now: float) -> Span:
    """Read ``from``, ``to`` and ``step``, the last hour by default; widened to whole steps.

    ProblemError when they can't be used.
    """
    end = _moment(query, "to", int(now) + 1)
    start = _moment(query, "from", end - HOUR_S)
    if not 0 < end - start <= max(_STEPS.values()):
        raise ProblemError(BAD_REQUEST, "`from` must be before `to`, by 400 days at most.")
    step = _step(query.get("step", "auto"), end - start)
    span = Span(start // step * step, -(-end // step) * step, step)
    if len(span.times) > _MOST_POINTS:
        raise ProblemError(BAD_REQUEST, "Too many steps in this time: choose a longer step.")
    return span


def _step(text: str, length: int) -> int:
    if text == "auto":
        return next(step for step, longest in _STEPS.items() if length <= longest)
    if text.isdecimal() and int(text) in _STEPS:
        return int(text)
    raise ProblemError(BAD_REQUEST, "`step` is 60, 300, 3600, 86400 or auto.")


def _moment(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise ProblemError(BAD_REQUEST, f"`{name}` is a time in seconds since 1970.")
    return int(text)
