"""``twilio-pipeline console user``: who may log in to the console.

Each module here is one command, named after it.
"""

from typing import Final

from pipeline.cli.group import group

#: In the order ``--help`` lists them.
COMMANDS: Final = ("add", "remove", "list")

app: Final = group(__name__, COMMANDS, "Who may log in to the console.")
