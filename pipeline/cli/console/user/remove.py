"""``twilio-pipeline console user remove``: let somebody log in no more."""

from typing import Annotated

import typer

from console.users import write_users
from pipeline.cli.console.users_file import FileOption, users_so_far
from pipeline.errors import ConfigurationError

app = typer.Typer()


@app.command()
def remove(
    name: Annotated[str, typer.Argument(help="As `list` names them.")], file: FileOption
) -> None:
    """Remove a user; their sessions end at once.

    Example: twilio-pipeline console user remove ada --file users.json
    """
    users = users_so_far(file)
    if name not in users:
        raise ConfigurationError(f"{file} has no user {name}")
    del users[name]
    write_users(file, users)
    typer.echo(f"{name} may not log in any more")
