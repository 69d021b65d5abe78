"""``twilio-pipeline console user list``: who may log in."""

import typer

from pipeline.cli.console.users_file import FileOption, users_so_far

app = typer.Typer()


@app.command(name="list")
def listing(file: FileOption) -> None:
    """List users and their roles.

    Example: twilio-pipeline console user list --file users.json
    """
    for user in users_so_far(file).values():
        typer.echo(f"{user.role:8}  {user.name}")
