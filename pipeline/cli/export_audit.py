"""``twilio-pipeline export-audit``: who was sent what, when, and what became of it."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.administrator import find_administrator
from pipeline.cli.bar import bar
from pipeline.cli.moments import moment
from pipeline.cli.target import StackOption, find_target
from sinks.audit import Order, export
from sinks.audit.manifest import MANIFEST, Manifest

app = typer.Typer()


class Format(StrEnum):
    """How the records are written."""

    NDJSON = "ndjson"
    PARQUET = "parquet"


@app.command()
def export_audit(  # noqa: PLR0913, PLR0917  (each is an option)
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    start: Annotated[str, typer.Option("--from", help="First day or time (UTC).")],
    end: Annotated[str, typer.Option("--to", help="Day or time (UTC) before which it ends.")],
    output: Annotated[Format, typer.Option("--format", help="How it is written.")] = Format.NDJSON,
    clear_numbers: Annotated[
        bool, typer.Option("--clear-numbers", help="With numbers, where still known and allowed.")
    ] = False,
    stack: StackOption = None,
) -> None:
    """Write all messages, attempts of Verify, verifications and calls of a range to a folder.

    Each record carries the SHA-256 of the one before, and a manifest the last one's: keep the
    printed checksum elsewhere, and `verify-audit` shows that nothing was changed since.

    Example: twilio-pipeline export-audit audit-2026-11 --from 2026-11-01 --to 2026-12-01
    """
    order = Order(moment(start, "--from"), moment(end, "--to"), output.value, clear_numbers)
    target = find_administrator(stack) if clear_numbers else find_target(stack)
    with bar("writing") as progress:
        manifest = export(target.clickhouse, order, folder, progress)
    for line in _lines(folder, manifest):
        typer.echo(line)


def _lines(folder: Path, manifest: Manifest) -> list[str]:
    kinds = ", ".join(f"{count} {kind}" for kind, count in manifest.kinds.items()) or "none"
    return [
        f"{manifest.records} records ({kinds}) from {manifest.start} to {manifest.end}",
        f"written to {folder / manifest.file} and {folder / MANIFEST}",
        f"manifest {manifest.sha256}",
    ]
