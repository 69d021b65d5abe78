"""How this command was called, so that a hint can be pasted into a shell as it is."""

import sys
from pathlib import Path
from typing import Final

_NAME: Final = "twilio-pipeline"


def invocation() -> str:
    """Give the command as it was typed (``.venv/bin/twilio-pipeline``), else its plain name."""
    called = sys.argv[0]
    return called if Path(called).name == _NAME else _NAME
