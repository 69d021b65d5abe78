"""``twilio-pipeline fallback list``: which plans there are."""

import time
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Final

import typer

from pipeline.cli.fallback.reasons import in_words
from pipeline.cli.fallback.stored import ask
from pipeline.cli.fallback.timeline import day
from pipeline.cli.moments import moment
from pipeline.cli.target import StackOption, find_target
from sinks.clickhouse import connect, translated

app = typer.Typer()
_DAY_S: Final = 86_400


class Result(StrEnum):
    """What came of a plan, as the view ``fallbacks`` has it."""

    OPEN = "open"
    RECOVERED = "recovered"
    NOT_RECOVERED = "not_recovered"
    UNCONFIRMED = "unconfirmed"
    NOT_SENT = "not_sent"
    SHOWN = "shown"
    NONE = "none"


@app.command(name="list")
def listing(
    result: Annotated[Result | None, typer.Option(help="Only those of this result.")] = None,
    since: Annotated[
        str, typer.Option(help="Heard of at or after this time (UTC); else within a day.")
    ] = "",
    most: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    stack: StackOption = None,
) -> None:
    """List fallback plans, and failures for which none was made, the latest first.

    Example: twilio-pipeline fallback list --result not_recovered --since 2026-11-01
    """
    first = moment(since, "--since").timestamp() if since else time.time() - _DAY_S
    target = find_target(stack).clickhouse
    wanted = result.value if result else ""
    with connect(target) as client, translated(target):
        rows = ask(client, "listed", since=int(first * 1000), result=wanted, most=most)
    for row in rows:
        typer.echo("  ".join(_parts(row)))
    if not rows:
        typer.echo("nothing; --since looks further back than a day")


def _parts(row: dict[str, Any]) -> Iterator[str]:
    yield day(row["heard"])
    yield f"{row['result']:13}"
    names = ("product", "country", "first_channel", "cause")
    facts = [row[name] for name in names] + [str(row["error_code"] or "")]
    yield " ".join(filter(None, facts))
    steps = zip(row["step_channels"], row["step_states"], strict=True)
    tried = ", ".join(f"{channel} {state}" for channel, state in steps)
    yield f"-> {tried or in_words(row['reason'])}"
    if row["latency_ms"] is not None:
        yield f"after {row['latency_ms'] / 1000:g} s"
    yield row["plan_id"]
