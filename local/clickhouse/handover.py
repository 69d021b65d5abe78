"""Data handed to the engine as a file: it reads inserts from nowhere else without a trap.

Given with its statement, data ends at the first empty line; streamed, what goes wrong after
parsing is swallowed.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def as_file(data: bytes) -> Iterator[str]:
    """Give the path of a file with this content, in memory where the system can."""
    if sys.platform == "linux":
        descriptor = os.memfd_create("insert")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            yield f"/proc/self/fd/{descriptor}"
    else:
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            yield file.name
