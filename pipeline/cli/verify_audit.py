"""``twilio-pipeline verify-audit``: whether an extract is as it was written."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.bar import bar
from pipeline.cli.exits import Exit
from sinks.audit import Finding, check

app = typer.Typer()


@app.command()
def verify_audit(
    folder: Annotated[Path, typer.Argument(help="A folder that export-audit made.")],
    manifest: Annotated[
        str, typer.Option(help="The manifest's checksum, as it was printed and kept elsewhere.")
    ] = "",
) -> None:
    """Follow the chain of an extract; exit 1 and name the records when anything was changed.

    Without --manifest it shows that the folder is whole in itself; with it, that nobody wrote
    another one in its place.

    Example: twilio-pipeline verify-audit audit-2026-11 --manifest 5f2c...
    """
    with bar("checking") as progress:
        read, findings = check(folder, progress)
    if manifest and manifest.strip().lower() != read.sha256:
        findings = [Finding(0, f"the manifest is another one: its checksum is {read.sha256}")]
    for finding in findings:
        where = f"line {finding.line}" if finding.line else "the extract"
        typer.echo(f"{where}: {finding.what}")
    if findings:
        raise typer.Exit(Exit.DIFFERENT)
    typer.echo(f"{read.records} records from {read.start} to {read.end}: nothing was changed")
