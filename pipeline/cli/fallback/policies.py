"""Which policies a command is about."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.settings import FallbackSettings, load
from processors.fallback.policy import Policies
from processors.fallback.policy_file import read_policies

PolicyOption = Annotated[
    Path | None,
    typer.Option("--policy", help="TOML file to try, instead of the one in use."),
]


def chosen_policies(file: Path | None) -> Policies:
    """The file's, else those in use; ConfigurationError names line and key of a mistake."""
    return read_policies(file or load(FallbackSettings).policy)
