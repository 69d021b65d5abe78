"""What a local stack keeps secret, made once per folder so that a restart goes on with it."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

import msgspec

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

_NAME = "secrets.json"


class StackSecrets(msgspec.Struct, frozen=True, kw_only=True):
    """The token that signs, the key that hashes phone numbers, and passwords.

    ``console_password`` is the one the console's first user was made with.
    """

    auth_token: str
    hash_key: str
    writer_password: str
    console_password: str = ""


def stack_secrets(folder: Path) -> StackSecrets:
    """Read the folder's secrets, or make them, readable by their owner alone."""
    file = folder / _NAME
    try:
        found = msgspec.json.decode(file.read_bytes(), type=StackSecrets)
    except FileNotFoundError:
        return _make(file)
    except msgspec.DecodeError as error:
        raise ConfigurationError(
            f"{file} is damaged ({error}); restore it, or start in another --data folder",
        ) from None
    return found if found.console_password else _with_console(file, found)


def _make(file: Path) -> StackSecrets:
    made = StackSecrets(
        auth_token=secrets.token_hex(16),
        hash_key=secrets.token_hex(32),
        writer_password=secrets.token_hex(16),
        console_password=_password(),
    )
    _write(file, made)
    return made


def _with_console(file: Path, found: StackSecrets) -> StackSecrets:
    """Add what a folder from before there was a console lacks."""
    made = msgspec.structs.replace(found, console_password=_password())
    _write(file, made)
    return made


def _password() -> str:
    """One that people can type."""
    return "-".join(secrets.token_hex(2) for _ in range(4))


def _write(file: Path, made: StackSecrets) -> None:
    fresh = file.with_suffix(".tmp")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(msgspec.json.encode(made))
        target.flush()
        os.fsync(target.fileno())
    fresh.replace(file)
