"""Ctrl-C and SIGTERM end a task in order."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Cancel the current task at the first signal, and leave the block quietly.

    Further signals don't disturb what stops things: it is bounded in time by itself.
    """
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  (a coroutine always runs in a task)
    loop = asyncio.get_running_loop()
    received: list[int] = []

    def receive(signum: int) -> None:
        if not received:
            task.cancel()
        received.append(signum)

    for signum in _SIGNALS:
        loop.add_signal_handler(signum, receive, signum)
    try:
        yield
    except asyncio.CancelledError:
        if not received:
            raise
        task.uncancel()
    finally:
        for signum in _SIGNALS:
            loop.remove_signal_handler(signum)
