"""Which of several workers a process is."""

from pathlib import Path

import msgspec


class Place(msgspec.Struct, frozen=True):
    """``number`` counts from 0; ``of`` is how many there are; its parent asks at ``socket``."""

    number: int = 0
    of: int = 1
    socket: Path | None = None


ALONE = Place()
