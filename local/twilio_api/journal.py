"""What had an effect, one JSON line each: the truth that tests hold the product to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class Journal:
    """Kept in memory, too; ``clock`` gives epoch milliseconds. Never holds a text or a code."""

    clock: Callable[[], int]
    file: BinaryIO | None = None
    effects: list[dict[str, Any]] = field(default_factory=list)

    def note(self, effect: str, **about: object) -> None:
        """Write a line; it has left the process when this returns."""
        line = {"at": self.clock(), "effect": effect, **about}
        self.effects.append(line)
        if self.file:
            self.file.write(msgspec.json.encode(line) + b"\n")
            self.file.flush()
