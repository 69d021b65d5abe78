"""The table of a benchmark: medians over seeds with their spread, beside the goals."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any, Final

#: Median minutes to a page that are aimed at for the incidents of known size.
GOALS: Final = {"5->10%": 35.0, "5->15%": 15.0, "5->30%": 5.0, "5->60%": 2.5}
_RESOLVE_MINUTES: Final = 15.0
#: The 95 % quantile of the made-up delivery times, ten minutes everywhere, and five more.
_SILENT_MINUTES: Final = 15.0
_RIGHT: Final = 0.999
_NEARLY: Final = 0.8
Row = dict[str, Any]


def report(runs: Sequence[Row]) -> list[str]:
    """Give the lines of a Markdown table and of the summary under it."""
    pages = sorted(len(run["false_pages"]) * 30 / run["days"] for run in runs)
    tickets = sorted(run["false_tickets"] * 30 / run["days"] for run in runs)
    return [
        *report_incidents([row for run in runs for row in run["incidents"]]),
        f"{len(runs)} seeds, {runs[0]['days']} days each",
        f"false pages in 30 days: {_spread(pages)}",
        f"false tickets in 30 days: {_spread(tickets)}",
        f"cells a second and core: {_speed(runs):,.0f}",
    ]


def report_incidents(rows: Sequence[Row]) -> list[str]:
    """Give what became of incidents: how soon they were paged, how named, how ended."""
    paged = [row for row in rows if row["page_after"] is not None]
    return [
        "| incident | n | paged | median minutes to page (10 %, 90 %) | goal | to ticket |",
        "|---|---|---|---|---|---|",
        *(_line(label, found) for label, found in _by_label(rows).items()),
        "",
        f"slice named right at the page: {_share(paged, 'root_first', _RIGHT)}",
        f"slice named nearly right at the page: {_share(paged, 'root_first', _NEARLY)}",
        f"slice named right in the end: {_share(paged, 'root', _RIGHT)}",
        f"slice named nearly right in the end: {_share(paged, 'root', _NEARLY)}",
        f"silence paged within {_SILENT_MINUTES:.0f} minutes: {_silent(rows)}",
        f"resolved within {_RESOLVE_MINUTES:.0f} minutes of the end: {_resolved(paged)}",
        f"ended too early: {_early(paged)}",
        f"pages for one incident: {_pages(paged)}",
    ]


def _by_label(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        known = row["label"] in GOALS
        found[row["label"] if known else row["kind"] + ", wide"].append(row)
    return dict(sorted(found.items()))


def _line(label: str, rows: list[Row]) -> str:
    after = sorted(row["page_after"] for row in rows if row["page_after"] is not None)
    tickets = sorted(row["ticket_after"] for row in rows if row["ticket_after"] is not None)
    goal = f"{GOALS[label]:g}" if label in GOALS else ""
    spread = f"{_at(after, 0.5)} ({_at(after, 0.1)}, {_at(after, 0.9)})"
    return f"| {label} | {len(rows)} | {len(after)} | {spread} | {goal} | {_at(tickets, 0.5)} |"


def _at(values: list[float], share: float) -> str:
    return f"{values[int(share * (len(values) - 1) + 0.5)]:.1f}" if values else "-"


def _share(rows: list[Row], name: str, least: float) -> str:
    right = sum(row[name] is not None and row[name] >= least for row in rows)
    return f"{right} of {len(rows)} ({right / max(len(rows), 1):.0%})"


def _spread(ordered: list[float]) -> str:
    return f"median {median(ordered):.1f}, {ordered[0]:.1f} to {ordered[-1]:.1f}"


def _silent(rows: Sequence[Row]) -> str:
    after = [row["page_after"] for row in rows if row["kind"] == "silence"]
    good = sum(each is not None and each <= _SILENT_MINUTES for each in after)
    return f"{good} of {len(after)}"


def _resolved(rows: list[Row]) -> str:
    good = sum(
        r["resolved_after"] is not None and r["resolved_after"] <= _RESOLVE_MINUTES for r in rows
    )
    return f"{good} of {len(rows)} ({good / max(len(rows), 1):.0%})"


def _early(rows: list[Row]) -> str:
    early = sum(row["resolved_after"] is not None and row["resolved_after"] < 0 for row in rows)
    return f"{early} of {len(rows)}"


def _pages(rows: list[Row]) -> str:
    counts = [max(row["pages"], 1) for row in rows]
    return f"{sum(counts) / max(len(counts), 1):.2f}"


def _speed(runs: Sequence[Row]) -> float:
    return float(sum(run["cells"] for run in runs) / sum(run["seconds"] for run in runs))
