"""The users file: names, roles and argon2 hashes of those who may log in."""

import os
import re
from pathlib import Path
from typing import Final

import msgspec

from console.visitor import Role
from pipeline.errors import ConfigurationError

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")


class User(msgspec.Struct, frozen=True):
    """One who may log in; ``password`` is an argon2 hash."""

    name: str
    role: Role
    password: str


class _File(msgspec.Struct, frozen=True):
    users: list[User]


def read_users(path: Path | None) -> dict[str, User]:
    """Users by name; none without a path. ConfigurationError when the file can't be used."""
    if path is None:
        return {}
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_File)
    except OSError as error:
        raise ConfigurationError(f"can't read the users file {path}: {error.strerror}") from None
    except msgspec.DecodeError as error:
        raise ConfigurationError(
            f"{path} is no users file ({error}): make one with `twilio-pipeline console user add`"
        ) from None
    return {user.name: user for user in found.users}


def write_users(path: Path, users: dict[str, User]) -> None:
    """Replace the file in one step, readable by its owner alone.

    ConfigurationError when it can't be written.
    """
    listed = sorted(users.values(), key=lambda user: user.name)
    content = msgspec.json.format(msgspec.json.encode(_File(listed))) + b"\n"
    fresh = path.with_name(f"{path.name}.tmp")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise ConfigurationError(f"can't write {path}: {error.strerror}") from None


def check_name(name: str) -> str:
    """The name, if it can be one; else ConfigurationError."""
    if not _NAME.fullmatch(name):
        raise ConfigurationError(
            "a user's name has 1 to 64 letters, digits, dots, dashes, underscores, @ or +"
        )
    return name
