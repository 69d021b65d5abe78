"""``twilio-pipeline reference``: the reference pages, from the code."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.pages import PAGES

app = typer.Typer()


@app.command()
def reference(
    folder: Annotated[Path, typer.Argument(help="Where to write the pages.")],
) -> None:
    """Write the reference pages: settings, topics, views, commands, metrics, item schemas.

    Example: twilio-pipeline reference docs/reference
    """
    for name, build in PAGES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(build(), "utf-8")
        typer.echo(path)
