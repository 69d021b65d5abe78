"""``twilio-pipeline doctor``: a configuration against the systems it names."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer

from operations.doctor.examination import examine
from operations.doctor.finding import Finding, worst
from pipeline.cli.checks.every import PARTS, every_check
from pipeline.cli.checks.patient import find_patient
from pipeline.cli.exits import Exit
from pipeline.cli.target import StackOption
from pipeline.errors import ConfigurationError

app = typer.Typer()


@app.command()
def doctor(
    part: Annotated[
        list[str] | None,
        typer.Option(help=f"Only what concerns these parts: {', '.join(PARTS)}. Commas or again."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    ingest_url: Annotated[
        str, typer.Option(help="Post the signed test here instead of to the public URL.")
    ] = "",
    seconds: Annotated[float, typer.Option(min=1, max=300, help="Time each check has.")] = 20.0,
    stack: StackOption = None,
) -> None:
    """Check the configuration against Kafka, ClickHouse and the webhook; say what to mend.

    Run it where the parts run, with their environment. Nothing is changed: the signed test holds
    no event, and inserts hold no rows. Exits with 1 when something fails; warnings don't count.

    Example: twilio-pipeline doctor --part ingest,sink
    """
    parts = _parts(part)
    checks = every_check(find_patient(stack), parts, ingest_url)
    findings = asyncio.run(examine(checks, seconds))
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(findings)).decode())
    else:
        for line in _lines(findings):
            typer.echo(line)
    if worst(findings) == "fail":
        raise typer.Exit(Exit.DIFFERENT)


def _parts(given: list[str] | None) -> frozenset[str]:
    names = {name.strip() for entry in given or PARTS for name in entry.split(",")} - {""}
    unknown = sorted(names - set(PARTS))
    if unknown:
        raise ConfigurationError(f"no part {unknown[0]!r}: --part takes {', '.join(PARTS)}")
    return frozenset(names)


def _lines(findings: Sequence[Finding]) -> list[str]:
    width = max((len(finding.check) for finding in findings), default=0)
    lines = []
    for finding in findings:
        lines.append(f"{finding.grade.upper():4}  {finding.check:{width}}  {finding.seen}")
        if finding.do:
            lines.append(f"{'':4}  {'':{width}}  -> {finding.do}")
    counts = Counter(finding.grade for finding in findings)
    return [*lines, f"{counts['ok']} ok, {counts['warn']} to look at, {counts['fail']} failed"]
