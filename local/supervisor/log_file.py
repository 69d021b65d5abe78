"""Keeps a part's log bounded while the part writes to it."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

#: Of a log, and as much again of the one before it.
LARGEST_BYTES: Final = 10 * 1024 * 1024


def older(log: Path) -> Path:
    """Where the former part of a log is."""
    return log.with_name(f"{log.name}.1")


def bound(log: Path, largest: int = LARGEST_BYTES) -> None:
    """Move what is in a full log aside, over what was moved before.

    The process has the file open for appending and goes on in it, empty; what it writes between
    the copy and the cut is lost. Where the disk has no room all stays as it is.
    """
    with suppress(OSError):
        if log.stat().st_size > largest:
            shutil.copyfile(log, older(log))
            os.truncate(log, 0)
