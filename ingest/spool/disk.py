"""The few calls by which the spool touches the disk; tests put a failing disk in its place."""

import contextlib
import os
from pathlib import Path
from typing import Final

_MODE: Final = 0o600
_FOLDER_MODE: Final = 0o700


class Disk:
    """The real one; every method may raise OSError."""

    def make_folder(self, folder: Path) -> None:
        """Make it, unless it is there; records hold personal data, so only for our own user."""
        folder.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)

    def create(self, path: Path) -> int:
        """Open an empty file for appending; its name is as durable as its content will be."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC
        descriptor = os.open(path, flags, _MODE)
        try:
            self.sync_folder(path.parent)
        except OSError:
            self.close(descriptor)
            raise
        return descriptor

    def write(self, descriptor: int, data: bytes) -> None:
        """Write all of it: a disk that fills up first takes a part."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    def sync(self, descriptor: int) -> None:
        """Return when what was written survives a power cut."""
        os.fdatasync(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut a file."""
        os.ftruncate(descriptor, size)

    def close(self, descriptor: int) -> None:
        """Close a file; an error tells nothing that ``sync`` has not told."""
        with contextlib.suppress(OSError):
            os.close(descriptor)

    def read(self, path: Path) -> bytes:
        """The whole file."""
        return path.read_bytes()

    def remove(self, path: Path) -> None:
        """Remove a file, if it is there."""
        path.unlink(missing_ok=True)

    def replace(self, path: Path, data: bytes) -> None:
        """Write a small file so that a crash leaves the old content or the new, no mix."""
        beside = path.with_suffix(".new")
        descriptor = self.create(beside)
        try:
            self.write(descriptor, data)
            self.sync(descriptor)
        finally:
            self.close(descriptor)
        beside.replace(path)
        self.sync_folder(path.parent)

    def sync_folder(self, folder: Path) -> None:
        """Make the names in a folder durable."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            self.close(descriptor)
