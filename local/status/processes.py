"""Which parts of a local stack are alive."""

import os
from collections.abc import Mapping
from typing import NamedTuple


class PartStatus(NamedTuple):
    """One part of a local stack."""

    name: str
    pid: int
    alive: bool


def part_statuses(parts: Mapping[str, int]) -> list[PartStatus]:
    """Look up each part's process."""
    return [PartStatus(name, pid, is_alive(pid)) for name, pid in parts.items()]


def is_alive(pid: int) -> bool:
    """Whether a process of this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
