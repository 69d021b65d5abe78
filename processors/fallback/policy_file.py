"""Reads a policy file; whoever got it wrong is told line and key."""

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec

from pipeline.errors import ConfigurationError
from processors.fallback.mistakes import mistake
from processors.fallback.policy import Policies
from processors.fallback.sense import problems

_PLACE: Final = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def read_policies(path: Path | None) -> Policies:
    """Read a file, or the policies that come with the product when there is none.

    ConfigurationError names the line and the key that can't be used.
    """
    if path is None:
        built_in = files("processors.fallback").joinpath("default.toml").read_text("utf-8")
        return parse_policies(built_in, "default.toml")
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ConfigurationError(f"can't read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"can't read {path}: it is no UTF-8 text") from error
    return parse_policies(text, path.name)


def parse_policies(text: str, name: str) -> Policies:
    """Read policies from TOML; ``name`` is what errors call the file."""
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(_no_toml(str(error), text, name)) from error
    try:
        policies = msgspec.convert(written, Policies)
    except msgspec.ValidationError as error:
        raise ConfigurationError(_told(*mistake(error, written), text, name)) from error
    for path, problem in problems(policies):
        raise ConfigurationError(_told(path, problem, text, name))
    return policies


def line_of(text: str, path: tuple[str | int, ...]) -> int:
    """The line on which the last part of a path that can be found stands, from 1."""
    lines, at = text.splitlines(), 0
    for part, number in _named(path):
        found = list(_lines_about(lines, at, part))
        if not found:
            break
        at = found[number] if number < len(found) else _element(lines, found[0], number)
    return at + 1


def _element(lines: list[str], start: int, number: int) -> int:
    """Where the element of an array begins whose elements stand on lines of their own."""
    opened = [at for at in range(start, len(lines)) if lines[at].lstrip().startswith("{")]
    return opened[number] if number < len(opened) else start


def _no_toml(problem: str, text: str, name: str) -> str:
    place = _PLACE.search(problem)
    line = place.group(1) if place and place.group(1) else len(text.splitlines())
    return f"{name}:{line}: this is no TOML: {_PLACE.sub('', problem)}"


def _told(path: tuple[str | int, ...], problem: str, text: str, name: str) -> str:
    return f"{name}:{line_of(text, path)}: {_written(path)}: {problem}"


def _written(path: tuple[str | int, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".") or "the file"


def _named(path: tuple[str | int, ...]) -> Iterator[tuple[str, int]]:
    """The names of a path, each with the number that follows it (0 where none does)."""
    for at, part in enumerate(path):
        if isinstance(part, str):
            after = path[at + 1] if at + 1 < len(path) else 0
            yield part, after if isinstance(after, int) else 0


def _lines_about(lines: list[str], start: int, name: str) -> Iterator[int]:
    quoted = re.escape(name)
    header = re.compile(rf"^\s*\[.*\b{quoted}\s*\]+\s*(#.*)?$")
    key = re.compile(rf"(^|[\s{{,.\[]){quoted}\"?\s*[=.]")
    for number in range(start, len(lines)):
        if header.search(lines[number]) or key.search(lines[number]):
            yield number
