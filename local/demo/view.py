"""The live view on a terminal."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from local.demo.bars import bars, rate_style
from local.demo.clock import clock
from local.demo.fallbacks import described
from local.demo.reader import SLICE_MS
from local.simulator.country import COUNTRIES

if TYPE_CHECKING:
    from rich.console import RenderableType

    from local.demo.snapshot import Deliveries
    from local.demo.stage import Stage
    from local.simulator.country import Country

#: Columns of terminal from which two windows fit beside the bars.
_WIDE: Final = 110


def render(stage: Stage, width: int) -> RenderableType:
    """The whole view for a terminal of so many columns."""
    starts = stage.snapshot.latest_windows(2 if width >= _WIDE else 1)
    return Padding(Group(_headline(stage), _countries(stage, starts), _flow(stage)), (1, 2))


def _headline(stage: Stage) -> Text:
    text = Text("Twilio → Kafka → Faust → ClickHouse", style="bold")
    minutes, seconds = divmod(int(stage.elapsed_s), 60)
    style = "bold red" if stage.outage_now else "dim"
    return text.append(f"   {minutes}:{seconds:02d}  {stage.doing}", style=style)


def _countries(stage: Stage, starts: list[int]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1), header_style="dim")
    table.add_column("messages to", no_wrap=True)
    for start in starts:
        table.add_column(f"{clock(start)}\ndelivered", justify="right", no_wrap=True)
        table.add_column("\nno word", justify="right", no_wrap=True)
        table.add_column("\nsent", justify="right", no_wrap=True)
    table.add_column(f"delivered, by {SLICE_MS // 1_000} s of sending", no_wrap=True)
    for country in COUNTRIES:
        table.add_row(*_row(stage, country, starts))
    return table


def _row(stage: Stage, country: Country, starts: list[int]) -> list[Text]:
    snapshot, plan = stage.snapshot, stage.run.plan
    cells = [Text(country.name)]
    for start in starts:
        cells.extend(_window_cells(snapshot.windows[start].get(country.code)))
    slices = ceil(plan.messages / plan.rate * 1_000 / SLICE_MS)
    return [*cells, bars(snapshot.slices.get(country.code, {}), slices)]


def _window_cells(window: Deliveries | None) -> list[Text]:
    if window is None:
        return [Text("-", style="dim")] * 3
    rate = window.rate
    shown = Text("-", style="dim") if rate is None else Text(f"{rate:.1%}", rate_style(rate))
    return [shown, Text(f"{window.silent_share:.1%}", "dim"), Text(f"{window.sent:,}")]


def _flow(stage: Stage) -> Table:
    """What came in and what is stored, and how far behind each consumer is."""
    tally, snapshot = stage.run.tally, stage.snapshot
    per_second = tally.events / stage.elapsed_s if stage.elapsed_s else 0.0
    age = f", the newest {snapshot.newest_age_ms / 1_000:.1f} s ago" if snapshot.stored else ""
    lag = ", ".join(f"{group} {records:,}" for group, records in snapshot.lag.items())
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_row("acknowledged", f"{tally.events:,} events, {per_second:,.0f} a second")
    grid.add_row("repeated", f"{tally.duplicates:,} of them were sent twice")
    grid.add_row("stored", f"{snapshot.stored:,} distinct events{age}")
    grid.add_row("records behind", lag or "-")
    for what in described(stage.fallbacks):
        grid.add_row("fallbacks", what)
    for what in snapshot.told:
        grid.add_row("told", Text(what, overflow="ellipsis", no_wrap=True))
    return grid
