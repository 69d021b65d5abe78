"""``twilio-pipeline twilio``: what Twilio is to send here, set up and looked after.

Each module here is one command, named after it.
"""

from typing import Final

from pipeline.cli.group import group

#: In the order ``--help`` lists them.
COMMANDS: Final = ("setup", "status", "diff", "teardown")

app: Final = group(__name__, COMMANDS, "Twilio's side: sink, subscription, Verify services.")
