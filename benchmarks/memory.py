"""Bytes an open message takes: in the fold's memory, and in the rows of the changelog."""

import gc
import os
from pathlib import Path

from benchmarks.fold import MANY_OPEN, fill, new_fold
from benchmarks.result import Result


def run() -> Result:
    """Measure a million messages that were sent and have no outcome."""
    fold = new_fold()
    gc.collect()
    before = _resident()
    rows = fill(fold, MANY_OPEN)
    gc.collect()
    taken = _resident() - before
    return Result("memory", {"resident": taken / fold.size(), "rows": rows / MANY_OPEN}, {})


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
