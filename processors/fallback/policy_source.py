"""The policies as their file has them now."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from pipeline.errors import ConfigurationError
from processors.fallback.policy import Policies
from processors.fallback.policy_file import read_policies

_LOOK_S: Final = 1.0
_log: Final = structlog.stdlib.get_logger(__name__)


class PolicySource:
    """Reads the file again when it has changed; one that became unusable changes nothing.

    ConfigurationError when it can't be used at the start. ``clock`` gives seconds, only forward;
    ``on_refused`` hears of each version that can't be used.
    """

    def __init__(
        self, path: Path | None, clock: Callable[[], float], on_refused: Callable[[], None]
    ) -> None:
        self._path = path
        self._clock = clock
        self._on_refused = on_refused
        self._seen = self._stamp()
        self._looked = clock()
        self._policies = read_policies(path)

    def current(self) -> Policies:
        """The policies for plans that begin now."""
        now = self._clock()
        if self._path and now - self._looked >= _LOOK_S:
            self._looked = now
            if (stamp := self._stamp()) != self._seen:
                self._seen = stamp
                self._read()
        return self._policies

    def _read(self) -> None:
        try:
            self._policies = read_policies(self._path)
        except ConfigurationError as error:
            self._on_refused()
            _log.error("the changed policy can't be used; the former one stays", error=str(error))
        else:
            _log.info("policy read again", dry_run=self._policies.dry_run)

    def _stamp(self) -> tuple[int, int]:
        try:
            found = self._path.stat() if self._path else None
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size) if found else (0, 0)
