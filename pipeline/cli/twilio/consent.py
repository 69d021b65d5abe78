"""Whether what was shown is to be done."""

import sys

import typer

from pipeline.errors import ConfigurationError


def consents(*, yes: bool, question: str) -> bool:
    """True with ``--yes``, else what the person at the terminal says.

    ConfigurationError where nobody is there to ask.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise ConfigurationError("nothing was changed: add --yes to do it without being asked")
    return typer.confirm(question)
