"""The secrets that may sign, from settings and from a file that may change at any time.

A revoked token must stop working and a new one must start working without a restart, whoever
is first to use it: so the file is looked at once a second, and again before a request is refused.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec
import structlog

from pipeline.metrics import INGEST_TOKENS_STALE
from pipeline.settings.ingest import split_secrets

_LOOK_SECONDS: Final = 1.0
_WITH_ACCOUNT: Final = re.compile(r"(AC[0-9a-fA-F]{32}):(.+)")
_log = structlog.stdlib.get_logger("ingest")


class Key(msgspec.Struct, frozen=True):
    """An auth token or the secret of a shared key; ``account`` is empty when nobody named it."""

    secret: bytes
    account: bytes = b""


def keys_of(entries: Sequence[str]) -> tuple[Key, ...]:
    """Read secrets, each alone or as ``ACCOUNT_SID:secret``."""
    matches = ((entry, _WITH_ACCOUNT.fullmatch(entry)) for entry in entries)
    return tuple(
        Key(match[2].encode(), match[1].encode()) if match else Key(entry.encode())
        for entry, match in matches
    )


class Keyring:
    """All keys in the order they are tried; ``now`` is a monotonic clock in seconds.

    A file that can't be used leaves the keys as they were: forgetting them would refuse real
    events for good.
    """

    def __init__(self, entries: Sequence[str], file: Path | None, now: Callable[[], float]) -> None:
        self._fixed = keys_of(entries)
        self._file = file
        self._now = now
        self._look_at = 0.0
        self._seen: tuple[int, int, int] | None = None
        self._stale = False
        self.keys = self._fixed
        self.refresh()

    def current(self) -> tuple[Key, ...]:
        """The keys, read again when the file changed within about a second."""
        if self._file and self._now() >= self._look_at:
            self.refresh()
        return self.keys

    def refresh(self) -> bool:
        """Look at the file now; whether the keys have changed."""
        if self._file is None:
            return False
        self._look_at = self._now() + _LOOK_SECONDS
        before = self.keys
        try:
            self._read(self._file)
        except (OSError, UnicodeDecodeError, ValueError):
            self._say(stale=True)
        return self.keys != before

    def _read(self, file: Path) -> None:
        """Follows links, so that swapping a mounted directory is seen too."""
        status = file.stat()
        mark = (status.st_mtime_ns, status.st_ino, status.st_size)
        if mark == self._seen:
            return
        entries = split_secrets(file.read_text("utf-8"))
        if not entries:
            raise ValueError("no token in the file")
        self.keys = (*self._fixed, *keys_of(entries))
        self._seen = mark
        self._say(stale=False)
        _log.info("tokens read", tokens=len(self.keys))

    def _say(self, *, stale: bool) -> None:
        if stale and not self._stale:
            _log.error("the file of tokens can't be read; the tokens known so far stay in use")
        self._stale = stale
        INGEST_TOKENS_STALE.set(stale)
