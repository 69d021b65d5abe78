"""``twilio-pipeline alerts``: what the detector tells, has told, and would have told.

Each module here is one command, named after it.
"""

from typing import Final

from pipeline.cli.group import group

#: In the order ``--help`` lists them.
COMMANDS: Final = ("run", "notify", "list", "show", "ack", "silence", "test", "replay")

app: Final = group(__name__, COMMANDS, "What the detector tells, and would have told.")
