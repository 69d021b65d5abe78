"""Reads a policy file; whoever got it wrong is told line and key."""

from importlib.resources import files
from pathlib import Path

from pipeline.toml import TomlFile
from processors.fallback.policy import Policies
from processors.fallback.sense import problems


def read_policies(path: Path | None) -> Policies:
    """Read a file, or the policies that come with the product when there is none.

    ConfigurationError names the line and the key that can't be used.
    """
    if path is None:
        built_in = files("processors.fallback").joinpath("default.toml").read_text("utf-8")
        return parse_policies(built_in, "default.toml")
    return _sensible(TomlFile.read(path))


def parse_policies(text: str, name: str) -> Policies:
    """Read policies from TOML; ``name`` is what errors call the file."""
    return _sensible(TomlFile.parse(text, name))


def _sensible(file: TomlFile) -> Policies:
    policies = file.convert(Policies)
    for path, problem in problems(policies):
        raise file.refusal(path, problem)
    return policies
