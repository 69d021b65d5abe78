"""``twilio-pipeline sql``: ask ClickHouse."""

import csv
import io
import sys
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipeline.cli.administrator import find_administrator
from pipeline.cli.target import StackOption, find_target
from pipeline.errors import ConfigurationError, PermanentError
from sinks.clickhouse import connect, translated

app = typer.Typer()


class Format(StrEnum):
    """How the answer is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="One SQL query; the views need no prefix.")],
    stack: StackOption = None,
    output: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TABLE,
    admin: Annotated[
        bool, typer.Option("--admin", help="As a local stack's administrator, who may change all.")
    ] = False,
) -> None:
    """Run one query on the views: events, messages, verifications, calls, delivery_windows...

    All of them, with every column: docs/reference/views.md.

    Example: twilio-pipeline sql "SELECT country, count() FROM messages GROUP BY country"
    """
    settings = find_administrator(stack).clickhouse if admin else find_target(stack).clickhouse
    if not query.strip():
        raise ConfigurationError('the query is empty: try "SELECT count() FROM events"')
    statement = query.strip().rstrip(";")
    try:
        with connect(settings) as client, translated(settings):
            answer = client.raw_query(statement, fmt=_SERVER_FORMATS[output])
    except PermanentError as error:
        raise ConfigurationError(f"the query failed: {error}") from error
    _PRINTERS[output](answer)


_SERVER_FORMATS = {
    Format.TABLE: "CSVWithNames",
    Format.JSON: "JSONEachRow",
    Format.CSV: "CSVWithNames",
}


def _print_json(answer: bytes) -> None:
    lines = answer.splitlines()
    typer.echo(b"[" + b",\n ".join(lines) + b"]")


def _print_csv(answer: bytes) -> None:
    typer.echo(answer, nl=False)


def _print_table(answer: bytes) -> None:
    rows = list(csv.reader(io.StringIO(answer.decode("utf-8", "replace"))))
    if not rows:
        return
    if not sys.stdout.isatty():
        for row in rows:
            typer.echo("\t".join(row))
        return
    table = Table(*rows[0])
    for row in rows[1:]:
        table.add_row(*row)
    Console().print(table)


_PRINTERS = {Format.TABLE: _print_table, Format.JSON: _print_json, Format.CSV: _print_csv}
