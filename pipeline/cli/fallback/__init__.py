"""``twilio-pipeline fallback``: what is done when a message fails, and whether it is done at all.

Each module here is one command, named after it.
"""

from typing import Final

from pipeline.cli.group import group

#: In the order ``--help`` lists them.
COMMANDS: Final = (
    *("run", "stop", "start"),
    *("list", "show", "check", "explain", "simulate"),
)

app: Final = group(__name__, COMMANDS, "What is done when a message fails or stays silent.")
