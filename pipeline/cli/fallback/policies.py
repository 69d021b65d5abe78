"""Which policies a command is about."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.settings import FallbackSettings, load
from processors.fallback.policy import Policies
from processors.fallback.policy_file import read_policies

PolicyOption = Annotated[
    Path | None,
    typer.Option("--policy", help="TOML file to try; else TWILIO_PIPELINE_FALLBACK_POLICY's."),
]


def chosen_policies(tried: Path | None) -> tuple[str, Policies]:
    """Those to try, else those in use, else the product's, and where they are from.

    ConfigurationError names line and key of a mistake.
    """
    file = tried or load(FallbackSettings).policy
    return (file.name if file else "the product", read_policies(file))
