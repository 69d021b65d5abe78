"""Where in a TOML text a value stands: its parser forgets."""

import re
from collections.abc import Iterator


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
