"""What the supervisor is told about one process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Part:
    """One process to keep running.

    `environment` is added to the supervisor's own and not shown, as it may hold secrets;
    `ready` says whether the process does its work by now; `start_seconds` is how long it may
    take until then.
    """

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    ready: Callable[[], Awaitable[bool]]
    log: Path
    start_seconds: float = 60.0
