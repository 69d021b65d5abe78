"""Delivery by send time."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from console.question import Question
from console.rates import COUNTS, finite, rated, summed
from console.views import Answer
from console.warehouse import Ask, Row, together

#: A call is not delivered; calls have a view of their own.
_DELIVERED: Final = ("messaging", "verify")
_NOTHING: Final = dict.fromkeys(COUNTS, 0)
_NOT_KNOWN: Final[dict[str, Any]] = dict.fromkeys((*COUNTS, "rate", "low", "high"))


async def delivery(ask: Ask, question: Question) -> Answer:
    """Each column over time, and the total; a step that is not stored yet is None."""
    parameters = of_messages(question).parameters()
    span = question.span
    rows, latencies, last = await together(
        ask("delivery", **parameters),
        ask("latencies", **parameters),
        ask("stored_until", start=span.start, end=span.end, step=span.step),
    )
    percentiles = {row["t"]: row["percentiles"] for row in latencies}
    counts = {row["t"]: row for row in rows}
    points = [_point(t, counts, last[0]["last"]) | _times(percentiles.get(t)) for t in span.times]
    columns = {name: [point[name] for point in points] for name in _COLUMNS}
    total = rated(summed(rows)) | _times(percentiles.get(0))
    return {"step": span.step, "t": list(span.times), **columns, "total": total}


def of_messages(question: Question) -> Question:
    """The same question without calls, unless it names products itself."""
    if question.part.products:
        return question
    part = msgspec.structs.replace(question.part, products=_DELIVERED)
    return msgspec.structs.replace(question, part=part)


_COLUMNS: Final = (*COUNTS, "rate", "low", "high", "p50_ms", "p95_ms")


def _point(t: int, counts: Mapping[int, Row], last: int) -> dict[str, Any]:
    if t > last:
        return _NOT_KNOWN
    return rated(counts.get(t, _NOTHING))


def _times(percentiles: Sequence[float] | None) -> dict[str, float | None]:
    median, high = percentiles or (None, None)
    return {"p50_ms": finite(median), "p95_ms": finite(high)}
