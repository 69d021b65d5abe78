"""What every channel is: settings from the configuration that can send a message."""

import os
from pathlib import Path
from typing import Protocol

import msgspec

from pipeline.errors import ConfigurationError
from processors.notifier.message import Answer, Message


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all channels can be told.

    ``name`` is what routes call it. A secret ``x`` is never written into the file: ``x_env`` names
    the variable that holds it, or ``x_file`` a file.
    """

    name: str
    timeout_s: float = 10.0

    def secret(self, field: str) -> str:
        """Read a secret, now, so that a file can be replaced; ConfigurationError when it lacks."""
        variable, file = getattr(self, f"{field}_env"), getattr(self, f"{field}_file")
        if bool(variable) == bool(file):
            raise ConfigurationError(f"channel {self.name!r}: set {field}_env or {field}_file")
        found = os.environ.get(variable, "") if variable else _content(Path(file))
        if not found:
            place = f"the variable {variable}" if variable else f"the file {file}"
            raise ConfigurationError(f"channel {self.name!r}: {place} holds no {field}")
        return found

    def check(self) -> None:
        """Raise ConfigurationError for what only a look at the secrets and values can tell."""

    @property
    def repeat_s(self) -> int:
        """Every how many seconds a firing incident is to be told again; 0 is never."""
        return 0

    @property
    def takes_acknowledgements(self) -> bool:
        """Whether it wants to hear that somebody looks after an incident."""
        return False


class Channel(Protocol):
    """What the notifier uses of a channel."""

    @property
    def name(self) -> str:
        """What routes call it."""

    @property
    def timeout_s(self) -> float:
        """How long an attempt may take, with everything."""

    @property
    def repeat_s(self) -> int:
        """Every how many seconds a firing incident is to be told again; 0 is never."""

    @property
    def takes_acknowledgements(self) -> bool:
        """Whether it wants to hear that somebody looks after an incident."""

    def check(self) -> None:
        """Raise ConfigurationError for what only a look at the secrets and values can tell."""

    async def send(self, message: Message) -> Answer:
        """Try once; ConfigurationError when a secret has gone."""


def _content(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
