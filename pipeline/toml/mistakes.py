"""What is wrong with what was written: at which key, and what would be right there.

msgspec says it in its own words; here its sentence is read again, beside the type.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final

import msgspec

from pipeline.toml.kinds import choices_of, fields_of, inner_of, meant_by

Path = tuple[str | int, ...]

_AT: Final = re.compile(r" - at (`key` in )?`\$([^`]*)`$")
_PART: Final = re.compile(r"\[(\d+)\]|\.([^.\[]+)|(\[\.\.\.\])")
_UNKNOWN: Final = re.compile(r"^Object contains unknown field `([^`]+)`")
_MISSING: Final = re.compile(r"^Object missing required field `([^`]+)`")
_VALUE: Final = re.compile(r"^Invalid (?:enum )?value '([^']*)'")


def mistake(error: msgspec.ValidationError, written: Any, kind: Any) -> tuple[Path, str]:  # noqa: ANN401  TOML of any shape, of any type
    """Where in what was written the error is, and what it is."""
    told = str(error)
    match = _AT.search(told)
    parts = list(_resolved(match.group(2), written, kind)) if match else []
    path = tuple(part for part, _ in parts)
    here = parts[-1][1] if parts else kind
    what = _AT.sub("", told)
    if found := _UNKNOWN.search(what):
        return (*path, found.group(1)), f"there is no such key{_near(found.group(1), kind)}"
    if found := _MISSING.search(what):
        return path, f"{found.group(1)} is missing"
    if found := _VALUE.search(what):
        at_key = bool(match and match.group(1))
        where = (*path, found.group(1)) if at_key else path
        return where, f"{found.group(1)!r} is none of {', '.join(choices_of(here, at_key=at_key))}"
    return path, meant_by(here) or what if "matching regex" in what else what


def _resolved(path: str, written: Any, kind: Any) -> Iterator[tuple[str | int, Any]]:  # noqa: ANN401  as above
    """The parts of the path with their types; errors leave out keys of tables: looked up here."""
    at = written
    for number, known, _ in _PART.findall(path):
        key: str | int | None = int(number) if number else known or _at_fault(at, kind)
        if key is None:
            return
        parent, kind = kind, inner_of(kind, key)
        if kind is None:  # the tag that tells which of several structs it is
            yield key, (parent, key)
            return
        yield key, kind
        at = at.get(key) if isinstance(at, dict) else at[key]


def _at_fault(table: dict[str, Any], kind: Any) -> str | None:  # noqa: ANN401  as above
    inner = inner_of(kind, "")
    return next((key for key, value in table.items() if not _fits(value, inner)), None)


def _fits(value: Any, kind: Any) -> bool:  # noqa: ANN401  as above
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _near(name: str, kind: Any) -> str:  # noqa: ANN401  as above
    near = get_close_matches(name, sorted(fields_of(kind)), 1)
    return f"; perhaps {near[0]}" if near else ""
