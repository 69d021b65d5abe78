"""One file of the spool, named by the sequence of its first record."""

import re
from pathlib import Path
from typing import Final

import msgspec

_NAME: Final = re.compile(r"[0-9]{20}\.spool")


class Segment(msgspec.Struct):
    """``size`` is how many of its bytes are known to be safe; ``time_ms`` when it was begun."""

    path: Path
    first: int
    size: int
    time_ms: int


def path_of(folder: Path, first: int) -> Path:
    """Where the segment that begins with this sequence lies; names sort by it."""
    return folder / f"{first:020d}.spool"


def files_in(folder: Path) -> list[tuple[int, Path]]:
    """All segments with their first sequences, oldest first."""
    paths = (path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    return sorted((int(path.stem), path) for path in paths)
