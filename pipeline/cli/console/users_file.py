"""The users file that a command works on."""

from pathlib import Path
from typing import Annotated

import typer

from console.users import User, read_users

FileOption = Annotated[
    Path,
    typer.Option(
        "--file",
        envvar="TWILIO_PIPELINE_CONSOLE_USERS_FILE",
        help="The users file; a running console reads it again by itself.",
    ),
]


def users_so_far(file: Path) -> dict[str, User]:
    """The file's users; none where there is no file yet. Raises as ``read_users``."""
    return read_users(file if file.exists() else None)
