"""Ends a worker whose parent is gone: nobody would watch it, and the next parent's take its port.

The parent holds the other end of the worker's standard input and never writes to it.
"""

import asyncio
import os
import sys
from collections.abc import Callable


def on_parents_end(stop: Callable[[], None]) -> None:
    """Call ``stop`` when the parent has ended, in whatever way."""
    loop = asyncio.get_running_loop()
    descriptor = sys.stdin.fileno()

    def look() -> None:
        if not os.read(descriptor, 1):
            loop.remove_reader(descriptor)
            stop()

    loop.add_reader(descriptor, look)
