"""How a request's text falls apart: the statement, its format, and an insert's data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_QUOTED: Final = rb'`(?:\\.|[^`\\])*`|"(?:\\.|[^"\\])*"'
_NAME: Final = rb"(?:" + _QUOTED + rb"|\w+)"
_BLANK: Final = rb"(?:\s|--[^\n]*\n|/\*.*?\*/)*"
_INSERT: Final = re.compile(
    _BLANK
    + rb"(?P<head>INSERT\s+INTO\s+(?:TABLE\s+)?"
    + _NAME
    + rb"(?:\s*\.\s*"
    + _NAME
    # One character at a time: a list no FORMAT follows must not be tried in every division.
    + rb")?\s*(?:\((?:[^()`\"]|"
    + _QUOTED
    + rb")*\)\s*)?)(?P<settings>SETTINGS\s[^;]*?)?\s*"
    + rb"\bFORMAT\s+(?P<format>\w+)(?:[ \t]*\r?\n|[ \t]+|;|$)",
    re.IGNORECASE | re.DOTALL,
)
_FORMAT: Final = re.compile(r"\bFORMAT\s+(\w+)\s*(?:SETTINGS\s+[^()]*)?;?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Insert:
    """An insert whose rows come in the request, in any input format, Native among them."""

    head: str
    format: str
    data: bytes
    settings: str = ""


def as_insert(text: bytes) -> Insert | None:
    """Take an insert with data apart; None for every other statement.

    The data may be binary, so this works on bytes and looks no further than the FORMAT clause.
    """
    found = _INSERT.match(text)
    if found is None:
        return None
    return Insert(
        found["head"].decode().strip(),
        found["format"].decode(),
        text[found.end() :],
        (found["settings"] or b"").decode().strip(),
    )


def format_of(statement: str, otherwise: str) -> str:
    """Name the output format that the statement ends with, for the response's headers."""
    found = _FORMAT.search(statement)
    return found[1] if found else otherwise
