"""One-time passwords: from the start of a verification to its approval."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from console.question import Question
from console.rates import finite, share
from console.views import Answer
from console.views.patience import if_affordable
from console.warehouse import Ask, Row, together

_NOTHING: Final = dict.fromkeys(("started", "pending", "delivered", "approved"), 0)
_MOST_ROWS: Final = 50


async def otp(ask: Ask, question: Question) -> Answer:
    """The funnel over time, as a whole and by channel, country and service."""
    parameters = question.parameters()
    cells, singles = await together(
        ask("otp", **parameters), if_affordable(ask("otp_times", **parameters))
    )
    kinds = defaultdict[str, list[Row]](list)
    for row in cells:
        kinds[row["kind"]].append(row)
    return {
        "step": question.span.step,
        **_over_time(question.span.times, {row["t"]: row for row in kinds["t"]}),
        **_whole(kinds["all"], singles),
        **{f"by_{kind}": _by(kinds[kind]) for kind in ("channel", "country", "service")},
    }


def _over_time(times: Iterable[int], rows: Mapping[int, Row]) -> Answer:
    points = [rows.get(t, _NOTHING) for t in times]
    names = ("started", "delivered", "approved")
    columns: Answer = {name: [point[name] for point in points] for name in names}
    return {"t": list(times), **columns, "conversion": [_conversion(point) for point in points]}


def _whole(cells: list[Row], singles: list[Row]) -> Answer:
    names = ("started", "delivered", "approved", "canceled", "expired", "max_attempts", "pending")
    cell = cells[0] if cells else dict.fromkeys(names, 0)
    single: Row = singles[0] if singles else {"sent": None, "percentiles": (None, None)}
    median, high = single["percentiles"]
    sent = single["sent"]
    if sent is not None:  # singles are stored a moment before the cells that count them
        sent = min(sent, cell["started"])
    return {
        "funnel": {name: cell[name] for name in names} | {"sent": sent},
        "seconds_to_approve": {"p50": finite(median), "p95": finite(high)},
    }


def _by(rows: Iterable[Row]) -> list[Answer]:
    ranked = sorted(rows, key=lambda row: (-row["started"], row["key"]))[:_MOST_ROWS]
    return [
        {
            "key": row["key"],
            "started": row["started"],
            "approved": row["approved"],
            "conversion": _conversion(row),
        }
        for row in ranked
    ]


def _conversion(cell: Mapping[str, Any]) -> float | None:
    """Of those whose end is known."""
    return share(cell["approved"], cell["started"] - cell["pending"])
