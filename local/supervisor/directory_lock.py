"""One stack a folder."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAME = "lock"


@contextmanager
def directory_lock(folder: Path) -> Iterator[None]:
    """Hold the folder while the block lasts; the kernel lets go even if we are killed.

    Raises ConfigurationError when another process holds it, or it can't be used.
    """
    with _open(folder) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise ConfigurationError(
                f"{folder} is in use by the stack of process {file.read().strip()}; "
                "stop that one first or choose another --data folder",
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _open(folder: Path) -> TextIO:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / _NAME).open("a+", encoding="ascii")
    except OSError as error:
        raise ConfigurationError(f"can't use {folder} for data: {error.strerror}") from error
