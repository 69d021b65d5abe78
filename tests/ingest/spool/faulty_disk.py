"""A disk that fails when told to, as far as a call and no further."""

import errno
import os
from pathlib import Path

from typing_extensions import override

from ingest.spool.disk import Disk


class FaultyDisk(Disk):
    """``fails`` names what fails from now on, with which errno."""

    def __init__(self) -> None:
        self.fails: dict[str, int] = {}
        self.syncs = 0
        self.unreadable: set[Path] = set()

    def fill_up(self) -> None:
        """No space left."""
        self.fails = {"write": errno.ENOSPC}

    def turn_read_only(self) -> None:
        """As a file system that met an error is mounted again."""
        self.fails = dict.fromkeys(("create", "write", "sync", "truncate"), errno.EROFS)

    @override
    def create(self, path: Path) -> int:
        self._meet("create")
        return super().create(path)

    @override
    def write(self, descriptor: int, data: bytes) -> None:
        if "write" in self.fails:
            super().write(descriptor, data[: len(data) // 2])
        self._meet("write")
        super().write(descriptor, data)

    @override
    def read(self, path: Path) -> bytes:
        if path in self.unreadable:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return super().read(path)

    @override
    def sync(self, descriptor: int) -> None:
        self._meet("sync")
        self.syncs += 1
        super().sync(descriptor)

    @override
    def truncate(self, descriptor: int, size: int) -> None:
        self._meet("truncate")
        super().truncate(descriptor, size)

    def _meet(self, call: str) -> None:
        if call in self.fails:
            raise OSError(self.fails[call], os.strerror(self.fails[call]))
