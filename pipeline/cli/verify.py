"""``twilio-pipeline verify``: whether messages and windows are what the events say."""

import typer

from pipeline.cli.exits import Exit
from pipeline.cli.target import StackOption, find_target
from sinks.verification import Check, Report
from sinks.verification import verify as compare

app = typer.Typer()


@app.command()
def verify(stack: StackOption = None) -> None:
    """Recompute messages and windows from the stored events and compare; exit 1 on differences.

    It compares once: while traffic flows, what is still on its way may differ.

    Example: twilio-pipeline verify --stack DIR/stack.json
    """
    report = compare(find_target(stack).clickhouse)
    for line in _lines(report):
        typer.echo(line)
    if not report.clean:
        raise typer.Exit(Exit.DIFFERENT)


def _lines(report: Report) -> list[str]:
    head = f"{report.events} events stored, the newest received {report.newest} UTC"
    lines = [head] if report.events else ["no events stored yet"]
    for check in report.checks:
        lines += _lines_of(check)
    return lines


def _lines_of(check: Check) -> list[str]:
    if not check.differing:
        return [f"{check.what}: {check.stored} compared, none differs"]
    lines = [f"{check.what}: {check.stored} compared, {check.differing} differ"]
    for each in check.first:
        lines.append(f"  {each.key}")
        lines.append(f"    events say  {each.from_events or 'nothing'}")
        lines.append(f"    stored is   {each.stored or 'nothing'}")
    if check.differing > len(check.first):
        lines.append(f"  and {check.differing - len(check.first)} more")
    return lines
