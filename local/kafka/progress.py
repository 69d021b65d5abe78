"""How a download tells where it is: a bar on a terminal, a few plain lines elsewhere."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MEGABYTE = 1_000_000
_PLAIN_STEPS = 4


@contextmanager
def download_progress(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """Yield what to call with the number of bytes just received; threads may share it.

    Writes to standard error, because a command's standard output may be piped on.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _PlainProgress(console, title, total).advance
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, TransferSpeedColumn(), console=console) as bar:
        task = bar.add_task(title, total=total)
        yield lambda count: bar.advance(task, count)


class _PlainProgress:
    """One line at the start and at every quarter: enough for a log, not a flood."""

    def __init__(self, console: Console, title: str, total: int) -> None:
        self._console = console
        self._title = title
        self._total = total
        self._done = 0
        self._lock = threading.Lock()
        self._say()

    def advance(self, count: int) -> None:
        """Add what one thread received."""
        with self._lock:
            before = self._done * _PLAIN_STEPS // self._total
            self._done += count
            if self._done * _PLAIN_STEPS // self._total > before:
                self._say()

    def _say(self) -> None:
        done, total = self._done / _MEGABYTE, self._total / _MEGABYTE
        self._console.print(f"{self._title}: {done:.1f} of {total:.1f} MB", highlight=False)
