"""Who changed what, and who logged in: in the log, and in a file for each month."""

import asyncio
import os
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
import structlog

from pipeline.errors import ConfigurationError, UnavailableError

_REMEMBERED: Final = 1_000
_log = structlog.stdlib.get_logger("console.audit")


class Entry(msgspec.Struct, frozen=True):
    """One act; ``at`` in epoch seconds."""

    at: int
    user: str
    action: str
    detail: str


class Audit:
    """Keeps entries on disk in a folder, if it has one, and the last thousand in memory."""

    def __init__(self, folder: Path | None, now: Callable[[], float] = time.time) -> None:
        """Raise ConfigurationError when the folder can't be used."""
        self._folder = folder
        self._now = now
        self._latest = deque[Entry](maxlen=_REMEMBERED)
        self._writing = asyncio.Lock()
        if folder is not None:
            self._latest.extend(_latest(folder))

    async def note(self, user: str, action: str, detail: str) -> None:
        """Return when it is on disk; UnavailableError when it can't be written."""
        entry = Entry(int(self._now()), user, action, detail)
        async with self._writing:
            if self._folder is not None:
                await asyncio.to_thread(_append, self._folder, entry)
            self._latest.append(entry)
        _log.info(action, user=user, detail=detail)

    def latest(self, most: int) -> list[Entry]:
        """The last entries, the newest first."""
        return list(self._latest)[::-1][:most]


def _append(folder: Path, entry: Entry) -> None:
    month = datetime.fromtimestamp(entry.at, UTC)
    line = msgspec.json.encode(entry) + b"\n"
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    try:
        descriptor = os.open(folder / f"audit-{month:%Y-%m}.jsonl", flags, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise UnavailableError(
            f"The audit can't be written to {folder}: {error.strerror}; nothing was done."
        ) from error


def _latest(folder: Path) -> list[Entry]:
    """The entries of the last two files; a line cut short by a crash is left out."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        found = sorted(folder.glob("audit-*.jsonl"))[-2:]
        lines = [line for file in found for line in file.read_bytes().splitlines()]
    except OSError as error:
        raise ConfigurationError(
            f"can't use {folder} for the audit ({error.strerror}): set another "
            "TWILIO_PIPELINE_CONSOLE_AUDIT_DIRECTORY"
        ) from error
    return [entry for line in lines[-_REMEMBERED:] for entry in _read(line)]


def _read(line: bytes) -> list[Entry]:
    try:
        return [msgspec.json.decode(line, type=Entry)]
    except msgspec.DecodeError:
        return []
