"""``twilio-pipeline fallback show``: what became of one plan."""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
import typer
from clickhouse_connect.driver.client import Client

from pipeline.cli.fallback.stored import ask
from pipeline.cli.fallback.timeline import day, line
from pipeline.cli.target import StackOption, find_target
from pipeline.errors import ConfigurationError
from pipeline.items.fallback_step import FallbackStep
from sinks.clickhouse import connect, translated

app = typer.Typer()


@app.command()
def show(
    plan: Annotated[
        str,
        typer.Argument(metavar="ID", help="As `list` prints it, or a verification's or message's."),
    ],
    stack: StackOption = None,
) -> None:
    """Show what a fallback plan did step by step, and why.

    Example: twilio-pipeline fallback show VE0123456789abcdef0123456789abcdef
    """
    target = find_target(stack).clickhouse
    with connect(target) as client, translated(target):
        lines = [told for row in ask(client, "shown", id=plan) for told in _told(client, row)]
    if not lines:
        raise ConfigurationError(
            f"{plan}: no plan is stored for it, see `twilio-pipeline fallback list`; "
            f"why, may `twilio-pipeline fallback explain {plan}` tell"
        )
    typer.echo("\n".join(lines))


def _told(client: Client, row: dict[str, Any]) -> Iterator[str]:
    names = ("cause", "product", "first_channel", "country", "service_sid")
    code = f"{row['error_code']} ({row['error_class']})" if row["error_code"] else ""
    facts = " ".join(filter(None, [*(row[name] for name in names), code]))
    yield f"{day(row['heard'])}  {row['plan_id']}  {facts}"
    dry = ", dry run" if row["dry_run"] else ""
    yield f"policy {row['policy']}{dry}; result: {row['result']}"
    for told in ask(client, "history", plan=row["plan_id"], heard=row["heard"]):
        yield line(msgspec.convert(told, FallbackStep), row["heard"])
