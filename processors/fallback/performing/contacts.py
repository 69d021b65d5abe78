"""Who stands behind a number: a verified e-mail address and what was consented to.

Twilio's events hold no e-mail address. The customer's own service knows it, or, to try things
out, a table in a file.
"""

import csv
import sqlite3
from asyncio import to_thread
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from pipeline.errors import ConfigurationError
from processors.fallback.errands import Errand
from processors.fallback.performing.signed import RefusedError, SignedCalls

_NOT_FOUND: Final = 404


class Contact(msgspec.Struct, frozen=True):
    """``consent`` holds the channels that were consented to; never logged."""

    email: str = ""
    email_verified: bool = False
    consent: tuple[str, ...] = ()


class Contacts(Protocol):
    """Where contacts are found."""

    async def find(self, errand: Errand) -> Contact | None:
        """Find by the user's reference, else by number; None when nobody is known there."""


class NoContacts:
    """Nobody is known."""

    async def find(self, errand: Errand) -> Contact | None:  # noqa: ARG002  as the protocol has it
        """Find nobody."""
        return None


class ContactService:
    """The customer's own service: asked with a signed request, answers with a contact or 404."""

    def __init__(self, calls: SignedCalls) -> None:
        self._calls = calls

    async def find(self, errand: Errand) -> Contact | None:
        """Ask; what is no contact counts as none."""
        asked = {"user": errand.user, "to": errand.to, "account_sid": errand.account_sid}
        try:
            answer = await self._calls.post(errand.id, asked)
        except RefusedError as error:
            if error.status == _NOT_FOUND:
                return None
            raise
        return _contact(answer)


class ContactTable:
    """Contacts by reference and by number, from a file."""

    def __init__(self, by_key: dict[str, Contact]) -> None:
        self._by_key = by_key

    async def find(self, errand: Errand) -> Contact | None:
        """Look up."""
        return self._by_key.get(errand.user) or self._by_key.get(errand.to)


async def read_table(path: Path) -> ContactTable:
    """Read ``contacts`` (key, email, email_verified, consent) from CSV, or SQLite by its suffix.

    ConfigurationError says what is wrong with the file.
    """
    try:
        rows = await to_thread(_sqlite if path.suffix in (".db", ".sqlite") else _csv, path)
    except (OSError, sqlite3.Error, csv.Error, UnicodeDecodeError) as error:
        raise ConfigurationError(f"can't read the contacts in {path}: {error}") from error
    found: dict[str, Contact] = {}
    for row in rows:
        contact = _contact(row)
        if contact is None or not row.get("key"):
            raise ConfigurationError(
                f"{path} needs columns key, email, email_verified (0 or 1), consent"
            )
        found[str(row["key"])] = contact
    return ContactTable(found)


def _csv(path: Path) -> list[dict[str, Any]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _sqlite(path: Path) -> list[dict[str, Any]]:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        database.row_factory = sqlite3.Row
        found = database.execute("SELECT key, email, email_verified, consent FROM contacts")
        return [dict(row) for row in found]


def _contact(row: dict[str, Any]) -> Contact | None:
    consent = row.get("consent", ())
    if isinstance(consent, str):
        row = row | {"consent": consent.split()}
    try:
        return msgspec.convert(row, Contact, strict=False)
    except msgspec.ValidationError:
        return None
