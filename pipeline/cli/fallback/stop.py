"""``twilio-pipeline fallback stop``: hold back every fallback, everywhere."""

from typing import Annotated

import typer

from pipeline.cli.fallback.switch import switch
from pipeline.cli.target import StackOption

app = typer.Typer()


@app.command()
def stop(
    by: Annotated[str, typer.Option(help="Who wants it; else you.")] = "",
    reason: Annotated[str, typer.Option(help="For others to read.")] = "",
    stack: StackOption = None,
) -> None:
    """Send no fallback any more, until `fallback start`.

    It holds within a second, for all workers and over restarts. Plans that wait end as stopped;
    what had been dispatched before is not taken back.

    Example: twilio-pipeline fallback stop --reason "wrong policy"
    """
    switch(stack, stopped=True, by=by, reason=reason)
    typer.echo("fallbacks are stopped; go on with: twilio-pipeline fallback start")
