"""``twilio-pipeline verify``: whether messages and windows are what the events say."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from local.truth.check import check
from local.truth.truth import read_truth
from local.truth.verdict import Verdict
from pipeline.analyst import connect_analyst
from pipeline.cli.exits import Exit
from pipeline.cli.target import StackOption, find_target
from pipeline.settings import ClickHouseSettings, LifecycleSettings, load
from sinks.verification import Check, Report
from sinks.verification import verify as compare

app = typer.Typer()


@app.command()
def verify(
    stack: StackOption = None,
    truth: Annotated[
        Path | None,
        typer.Option(help="A truth file of `simulate`: compare what is stored with it, too."),
    ] = None,
) -> None:
    """Recompute messages, windows and funnel from the stored events; exit 1 on differences.

    It compares once: while traffic flows, what is still on its way may differ.

    Example: twilio-pipeline verify --stack DIR/stack.json --truth truth.ndjson
    """
    clickhouse = find_target(stack).clickhouse
    report = compare(clickhouse, load(LifecycleSettings))
    lines, clean = _lines(report), report.clean
    if truth is not None:
        verdict = asyncio.run(_against(truth, clickhouse))
        lines, clean = [*lines, *verdict.lines()], clean and verdict.clean
    for line in lines:
        typer.echo(line)
    if not clean:
        raise typer.Exit(Exit.DIFFERENT)


async def _against(file: Path, clickhouse: ClickHouseSettings) -> Verdict:
    """Compare with what the simulator wrote down of its run."""
    truth = read_truth(file)
    async with connect_analyst(clickhouse) as analyst:
        return await check(analyst, truth)


def _lines(report: Report) -> list[str]:
    head = f"{report.events} events stored, the newest received {report.newest} UTC"
    lines = [head] if report.events else ["no events stored yet"]
    for each in report.checks:
        lines += _lines_of(each)
    return lines


def _lines_of(check: Check) -> list[str]:
    found = f"{check.differing} differ" if check.differing else "none differs"
    lines = [f"{check.what}: {check.stored} compared, {found}"]
    if check.late:
        lines.append(
            f"  {check.late} more lack events that came beyond the processor's horizon: late, "
            "and whole in the stored events"
        )
    for each in check.first:
        lines.append(f"  {each.key}")
        lines.append(f"    events say  {each.from_events or 'nothing'}")
        lines.append(f"    stored is   {each.stored or 'nothing'}")
    if check.differing > len(check.first):
        lines.append(f"  and {check.differing - len(check.first)} more")
    return lines
