"""The migration files: found, rendered for a database, and cut into statements."""

import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from pipeline.settings.clickhouse import Mode
from sinks.rendering import rendered
from sinks.sql import with_shared
from sinks.statements import statements

_NAME: Final = re.compile(r"\d{4}_[a-z0-9_]+\.sql")


class Script(msgspec.Struct, frozen=True):
    """One migration; ``name`` is its file's name without the ending, ``text`` the whole of it."""

    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text before rendering: the same whatever the database is called."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def statements(self, database: str, mode: Mode = "single") -> list[str]:
        """The statements, for this database on this kind of server, in order."""
        cut = statements(self.text.replace("{database}", database))
        return [rendered(statement, mode) for statement in cut]


@cache
def shipped() -> tuple[Script, ...]:
    """The migrations of this version, in the order they apply."""
    folder = files("sinks.migrations")
    found = (entry for entry in folder.iterdir() if _NAME.fullmatch(entry.name))
    ordered = sorted(found, key=lambda entry: entry.name)
    return tuple(
        Script(entry.name.removesuffix(".sql"), with_shared(entry.read_text("utf-8")))
        for entry in ordered
    )
