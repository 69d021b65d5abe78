"""The demo without a terminal: a line now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.demo.clock import clock
from local.demo.fallbacks import described
from local.simulator.country import COUNTRIES

if TYPE_CHECKING:
    from local.demo.snapshot import Deliveries
    from local.demo.stage import Stage


def line(stage: Stage) -> str:
    """How the run does, in one line."""
    tally, snapshot = stage.run.tally, stage.snapshot
    behind = ", ".join(f"{group} {records}" for group, records in snapshot.lag.items())
    fallbacks = "".join(f"; fallbacks {what}" for what in described(stage.fallbacks))
    told = fallbacks + (f"; told: {snapshot.told[0]}" if snapshot.told else "")
    return (
        f"{stage.elapsed_s:4.0f} s  {stage.doing}; acknowledged {tally.events:,}, "
        f"stored {snapshot.stored:,}; {_window(stage)}; records behind: {behind or '-'}{told}"
    )


def _window(stage: Stage) -> str:
    """The newest window, country by country."""
    starts = stage.snapshot.latest_windows(1)
    if not starts:
        return "no window yet"
    window = stage.snapshot.windows[starts[0]]
    cells = [f"{country.code} {_cell(window.get(country.code))}" for country in COUNTRIES]
    return f"window {clock(starts[0])} delivered " + " ".join(cells)


def _cell(deliveries: Deliveries | None) -> str:
    rate = deliveries.rate if deliveries else None
    return "-" if rate is None else f"{rate:.0%}"
