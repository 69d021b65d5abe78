"""``twilio-pipeline console user add``: let somebody log in, or give them a new password."""

import sys
from typing import Annotated

import typer

from console.passwords import LONGEST, hashed
from console.users import User, check_name, write_users
from console.visitor import Role
from pipeline.cli.console.users_file import FileOption, users_so_far
from pipeline.errors import ConfigurationError

app = typer.Typer()
_SHORTEST = 12


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="As they log in.")],
    file: FileOption,
    role: Annotated[
        Role, typer.Option(help="Operators also acknowledge alerts and stop fallbacks.")
    ] = Role.VIEWER,
) -> None:
    """Add a user, or change the role and password of one; the password is asked for.

    Not on a terminal it is the first line of standard input.

    Example: twilio-pipeline console user add ada --role operator --file users.json
    """
    check_name(name)
    users = users_so_far(file)
    users[name] = User(name, role, hashed(_password()))
    write_users(file, users)
    typer.echo(f"{name} may log in as {role}")


def _password() -> str:
    if sys.stdin.isatty():
        given = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        given = sys.stdin.readline().rstrip("\n")
    if not _SHORTEST <= len(given) <= LONGEST:
        raise ConfigurationError(f"a password has {_SHORTEST} to {LONGEST} characters")
    return str(given)
