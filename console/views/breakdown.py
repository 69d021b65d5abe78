"""Delivery by one dimension, compared with the time before."""

from typing import Final

from console.problems import BAD_REQUEST, ProblemError
from console.question import Question
from console.rates import finite, rated, share
from console.views import Answer
from console.views.delivery import of_messages
from console.warehouse import Ask, Row, together

DIMENSIONS: Final = ("country", "carrier", "service", "channel", "product", "account")


async def breakdown(ask: Ask, question: Question, by: str) -> Answer:
    """The 50 values with most messages; ProblemError for an unknown dimension."""
    if by not in DIMENSIONS:
        raise ProblemError(BAD_REQUEST, f"`by` is one of {', '.join(DIMENSIONS)}.")
    parameters = of_messages(question).parameters() | {"by": by}
    span = question.span
    compared = parameters | {"start": span.before.start, "shown_from": span.start}
    rows, latencies = await together(
        ask("breakdown", **compared), ask("latencies_by", **parameters)
    )
    times = {row["key"]: row["percentiles"] for row in latencies}
    return {"by": by, "rows": [_row(row, times.get(row["key"], (None, None))) for row in rows]}


def _row(row: Row, percentiles: tuple[float | None, float | None]) -> Answer:
    return {
        "key": row["key"],
        "label": row["label"],
        **rated(row),
        "p50_ms": finite(percentiles[0]),
        "p95_ms": finite(percentiles[1]),
        "before_rate": share(row["delivered_before"], row["known_before"]),
    }
