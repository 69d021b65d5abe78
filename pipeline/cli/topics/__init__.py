"""``twilio-pipeline topics``: Kafka's topics, as declared and as found.

Each module here is one command, named after it.
"""

from typing import Final

from pipeline.cli.group import group

#: In the order ``--help`` lists them.
COMMANDS: Final = ("list", "create", "check")

app: Final = group(__name__, COMMANDS, "Kafka's topics, as declared and as found.")
