"""``twilio-pipeline fallback start``: let fallbacks go on after ``stop``."""

from typing import Annotated

import typer

from pipeline.cli.fallback.switch import switch
from pipeline.cli.target import StackOption

app = typer.Typer()


@app.command()
def start(
    by: Annotated[str, typer.Option(help="Who wants it; else you.")] = "",
    reason: Annotated[str, typer.Option(help="For others to read.")] = "",
    stack: StackOption = None,
) -> None:
    """Plan fallbacks again after `fallback stop`; what had ended then stays ended.

    Example: twilio-pipeline fallback start --reason "policy mended"
    """
    switch(stack, stopped=False, by=by, reason=reason)
    typer.echo("fallbacks go on")
