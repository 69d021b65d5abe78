"""Which command a shell's completion asks about, so that only that one need be loaded.

The shell runs the program at every TAB; loading all commands takes seconds.
"""

import os
from typing import Final

_ASKING: Final = "_TWILIO_PIPELINE_COMPLETE"
#: Where the shells' scripts put the line so far: bash the first, zsh and fish the second.
_LINES: Final = ("COMP_WORDS", "_TYPER_COMPLETE_ARGS")


def completing() -> bool:
    """Whether a shell asks for completions, or somebody for the script that does."""
    return _ASKING in os.environ


def word_after_program() -> tuple[str, ...]:
    """Give the first word behind the program's name in the line to complete, if there is one."""
    line = next((os.environ[name] for name in _LINES if name in os.environ), "")
    return tuple(line.split()[1:2])
