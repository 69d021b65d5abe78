"""Keeps a stage's snapshot fresh and shows it, until it is told to stop."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from time import time
from typing import TYPE_CHECKING, Final

from rich.live import Live

from local.demo.plain import line
from local.demo.view import render
from pipeline.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from rich.console import Console

    from local.demo.reader import SnapshotReader
    from local.demo.stage import Stage

_EVERY_S: Final = 0.7
_EVERY_PLAIN_S: Final = 3.0


@asynccontextmanager
async def shown(console: Console, stage: Stage, reader: SnapshotReader) -> AsyncIterator[None]:
    """Show the stage while the block lasts: live on a terminal, in plain lines elsewhere."""
    if console.is_terminal:
        with Live(console=console, auto_refresh=False) as live:

            def draw() -> None:
                live.update(render(stage, console.width), refresh=True)

            async with _refreshed(stage, reader, _EVERY_S, draw):
                yield
        return

    def print_line() -> None:
        console.print(line(stage), highlight=False, soft_wrap=True)

    async with _refreshed(stage, reader, _EVERY_PLAIN_S, print_line):
        yield


@asynccontextmanager
async def _refreshed(
    stage: Stage, reader: SnapshotReader, every_s: float, draw: Callable[[], None]
) -> AsyncIterator[None]:
    async def keep_fresh() -> None:
        while True:
            await _refresh(stage, reader)
            draw()
            await asyncio.sleep(every_s)

    task = asyncio.create_task(keep_fresh())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await _refresh(stage, reader)
    draw()


async def _refresh(stage: Stage, reader: SnapshotReader) -> None:
    """A part that restarts just now leaves the last snapshot standing."""
    with suppress(UnavailableError):
        stage.snapshot = await reader.read()
    stage.now_ms = int(time() * 1_000)
