"""What is wrong with a policy file: at which key, and what would be right there."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final, get_args

import msgspec

from processors.fallback.policy import (
    Action,
    Budget,
    Policies,
    Policy,
    QuietHours,
    Step,
    Trigger,
    Via,
)

Path = tuple[str | int, ...]

_AT: Final = re.compile(r" - at (`key` in )?`\$([^`]*)`$")
_PART: Final = re.compile(r"\[(\d+)\]|\.([^.\[]+)|(\[\.\.\.\])")
_UNKNOWN: Final = re.compile(r"^Object contains unknown field `([^`]+)`")
_MISSING: Final = re.compile(r"^Object missing required field `([^`]+)`")
_VALUE: Final = re.compile(r"^Invalid enum value '([^']*)'")
_KEYS: Final = sorted(
    {
        field
        for struct in (Policies, Policy, Budget, QuietHours, Step)
        for field in struct.__struct_fields__
    }
)
_CHOICES: Final = {
    "do": get_args(Action),
    "actions": get_args(Action),
    "via": get_args(Via),
    "when": get_args(Trigger),
    "product": ("verify", "messaging"),
}
#: Tables with keys of one's own, and what stands under each of them.
_TABLES: Final[Mapping[str, Any]] = {"when": tuple[Step, ...], "tags": str}


def mistake(error: msgspec.ValidationError, written: dict[str, Any]) -> tuple[Path, str]:
    """Where in what was written the error is, and what it is."""
    told = str(error)
    match = _AT.search(told)
    path = tuple(_resolved(match.group(2), written)) if match else ()
    what = _AT.sub("", told)
    if found := _UNKNOWN.search(what):
        return (*path, found.group(1)), f"there is no such key{_near(found.group(1))}"
    if found := _MISSING.search(what):
        return path, f"{found.group(1)} is missing"
    if found := _VALUE.search(what):
        at_key = bool(match and match.group(1))
        where = (*path, found.group(1)) if at_key else path
        return where, f"{found.group(1)!r} is none of {', '.join(_choices(path))}"
    return path, "a time is written like 22:00" if "matching regex" in what else what


def _resolved(path: str, written: Any) -> Iterator[str | int]:  # noqa: ANN401  TOML of any shape
    """The path's parts; the keys of tables are looked up, for an error leaves them open."""
    name, at = "", written
    for number, known, _ in _PART.findall(path):
        key: str | int | None = int(number) if number else known or _at_fault(name, at)
        if key is None:
            return
        yield key
        name, at = (known, at[key])


def _at_fault(name: str, table: dict[str, Any]) -> str | None:
    kind = _TABLES.get(name)
    return next((key for key, value in table.items() if not _fits(value, kind)), None)


def _fits(value: Any, kind: Any) -> bool:  # noqa: ANN401  as TOML has it, as a type
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _choices(path: Path) -> tuple[str, ...]:
    names = [part for part in path if isinstance(part, str)]
    return _CHOICES.get(names[-1], ()) if names else ()


def _near(name: str) -> str:
    near = get_close_matches(name, _KEYS, 1)
    return f"; perhaps {near[0]}" if near else ""
