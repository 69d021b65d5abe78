"""``twilio-pipeline alerts``: what the detector tells, has told, and would have told.

Each module here is one command, named after it.
"""

from importlib import import_module
from typing import Final

import typer

#: In the order ``--help`` lists them.
COMMANDS: Final = ("run", "notify", "ack", "silence", "test", "replay")

app: Final = typer.Typer(help="What the detector tells, and would have told.", no_args_is_help=True)
app.callback()(lambda: None)  # keeps the name of a command even when it is the only one
for name in COMMANDS:
    (command,) = import_module(f"{__name__}.{name}").app.registered_commands
    command.name = name
    app.registered_commands.append(command)
