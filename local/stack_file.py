"""``stack.json``: how tools and tests from outside find the parts of a running local stack."""

import os
from pathlib import Path
from typing import Final

import msgspec
from platformdirs import user_state_path

from pipeline.errors import ConfigurationError

STACK_FILE: Final = "stack.json"
_POINTER: Final = "last-stack"


class StackFile(msgspec.Struct, frozen=True, kw_only=True):
    """The content of ``stack.json``; ``parts`` maps a part's name to its process id."""

    ready: bool
    ingest: str
    kafka: str
    clickhouse: str
    public_url: str
    auth_token: str
    parts: dict[str, int]
    console: str = ""


def write_stack_file(path: Path, content: StackFile) -> None:
    """Replace the file in one step, readable by its owner alone: it holds a token."""
    fresh = path.with_suffix(".tmp")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(content)) + b"\n")
    fresh.replace(path)


def read_stack_file(path: Path) -> StackFile:
    """Read ``stack.json`` (or the one in a directory); ConfigurationError says what is wrong."""
    file = path if path.suffix == ".json" else path / STACK_FILE
    try:
        return msgspec.json.decode(file.read_bytes(), type=StackFile)
    except FileNotFoundError:
        raise ConfigurationError(
            f"no stack runs there: {file} does not exist; start one with "
            f"`twilio-pipeline up --data {file.parent}`"
        ) from None
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigurationError(f"{file} is not a stack.json: {error}") from None


def remember_stack(path: Path) -> None:
    """Make this stack the one that commands without ``--stack`` speak to."""
    pointer = user_state_path("twilio-pipeline", ensure_exists=True) / _POINTER
    pointer.write_text(f"{path.resolve()}\n", "utf-8")


def last_stack() -> Path | None:
    """The ``stack.json`` of the stack started last on this machine, if any was."""
    pointer = user_state_path("twilio-pipeline") / _POINTER
    try:
        return Path(pointer.read_text("utf-8").strip())
    except OSError:
        return None
