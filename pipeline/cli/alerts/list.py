"""``twilio-pipeline alerts list``: which incidents there are."""

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Annotated, Any

import typer

from pipeline.cli.moments import moment
from pipeline.cli.target import StackOption, find_target
from sinks.clickhouse import connect, translated

app = typer.Typer()


@app.command(name="list")
def listing(
    everything: Annotated[
        bool, typer.Option("--all", help="What has ended, and notices, too.")
    ] = False,
    since: Annotated[str, typer.Option(help="Told of at or after this time (UTC).")] = "",
    most: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 100,
    stack: StackOption = None,
) -> None:
    """List the incidents that are on, the latest first.

    Example: twilio-pipeline alerts list --all --since 2026-11-01
    """
    first = int(moment(since, "--since").timestamp()) if since else 0
    target = find_target(stack).clickhouse
    sql = files("pipeline.cli.alerts").joinpath("listed.sql").read_text("utf-8")
    parameters = {"everything": everything, "since": max(first, 0), "most": most}
    with connect(target) as client, translated(target):
        rows = client.query(sql, parameters=parameters).result_rows
    for row in rows:
        typer.echo(_line(row))
    if not rows:
        typer.echo("nothing" if everything else "nothing is on; --all lists what has ended")


def _line(row: Sequence[Any]) -> str:
    at, severity, state, title, identity, by, silenced = row
    notes = [f"acknowledged by {by}"] if by else []
    notes += ["silenced"] if silenced else []
    more = f"  ({', '.join(notes)})" if notes else ""
    when = datetime.fromtimestamp(at, UTC)
    return f"{when:%Y-%m-%d %H:%M}  {state:8}  {severity:6}  {title}{more}\n    {identity}"
