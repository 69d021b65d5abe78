"""``twilio-pipeline plan``: how much of everything a rate of events needs."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from operations.planning.figures import Figures
from operations.planning.load import Load, Prices
from operations.planning.plan import make_plan
from operations.planning.report import as_json, assumptions, lines

app = typer.Typer()


@app.command()
def plan(  # noqa: PLR0913, PLR0917  a parameter is an option
    events_per_second: Annotated[float, typer.Option(min=1, max=1e8, help="At the busiest hour.")],
    headroom: Annotated[
        float,
        typer.Option(min=1, help="Capacity over that: for bursts, lost workers, catching up."),
    ] = 2.0,
    events_per_post: Annotated[
        float, typer.Option(min=1, help="Events in one of Twilio's requests.")
    ] = 1.0,
    slices: Annotated[
        int, typer.Option(min=1, help="Accounts by services, countries, carriers in a minute.")
    ] = 500,
    failing: Annotated[
        float, typer.Option(min=0, max=1, help="Share of messages that fail or stay silent.")
    ] = 0.05,
    state_hours: Annotated[
        float, typer.Option(min=0.1, help="Hours a message's state is kept.")
    ] = 6.0,
    raw_retention_hours: Annotated[
        int, typer.Option(min=1, help="Hours the raw topics keep events.")
    ] = 168,
    events_days: Annotated[int, typer.Option(min=1, help="Days ClickHouse keeps events.")] = 400,
    core_hour: Annotated[float, typer.Option(min=0, help="Price of a core for an hour.")] = 0.04,
    gib_hour: Annotated[
        float, typer.Option(min=0, help="Price of a GiB of memory for an hour.")
    ] = 0.005,
    gib_month: Annotated[
        float, typer.Option(min=0, help="Price of a GiB of disk for a month.")
    ] = 0.10,
    figures: Annotated[
        Path | None,
        typer.Option(help="Figures of your own machine: `python -m benchmarks --json > FILE`."),
    ] = None,
    as_object: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Say how many partitions, workers, brokers and servers a rate of events needs, and the cost.

    It multiplies measured figures and asks nobody; docs/scale.md says with what.

    Example: twilio-pipeline plan --events-per-second 100000
    """
    load = Load(
        events_per_second=events_per_second,
        headroom=headroom,
        events_per_post=events_per_post,
        slices=slices,
        failing=failing,
        state_horizon_s=int(state_hours * 3600),
        raw_retention_hours=raw_retention_hours,
        events_days=events_days,
    )
    known = Figures.shipped()
    known = known.measured_again(figures) if figures else known
    prices = Prices(core_hour=core_hour, gib_hour=gib_hour, gib_month=gib_month)
    made = make_plan(load, known, prices=prices)
    if as_object:
        typer.echo(msgspec.json.format(msgspec.json.encode(as_json(made))).decode())
        return
    for line in (*lines(made), "", *(f"assumed: {each}" for each in assumptions(made))):
        typer.echo(line)
