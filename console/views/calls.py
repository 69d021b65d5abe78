"""What became of calls."""

from typing import Final

from console.question import Question
from console.rates import finite, share, summed
from console.views import Answer
from console.views.patience import if_affordable
from console.warehouse import Ask, together

#: As the page names them, and as the SQL does.
_OUTCOMES: Final = {
    "completed": "completed",
    "busy": "busy",
    "no-answer": "no_answer",
    "failed": "failed",
    "canceled": "canceled",
    "unknown": "unknown",
}


async def calls(ask: Ask, question: Question) -> Answer:
    """Outcomes over time and as a whole; how long the answered ones took."""
    parameters = question.parameters()
    rows, durations = await together(
        ask("calls", **parameters), if_affordable(ask("call_durations", **parameters))
    )
    times = question.span.times
    found = {row["t"]: row for row in rows}
    columns = {
        name: [found[t][column] if t in found else 0 for t in times]
        for name, column in _OUTCOMES.items()
    }
    totals = summed(rows, _OUTCOMES.values())
    median, high = durations[0]["percentiles"] if durations else (None, None)
    return {
        "step": question.span.step,
        "t": list(times),
        "outcomes": columns,
        "totals": {name: totals[column] for name, column in _OUTCOMES.items()},
        "answer_rate": share(totals["completed"], sum(totals.values()) - totals["unknown"]),
        "p50_duration_s": finite(median),
        "p95_duration_s": finite(high),
    }
