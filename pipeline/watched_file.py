"""A configuration file that is read again when it changes; a bad version changes nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, Generic, TypeVar

from pipeline.errors import ConfigurationError

Content = TypeVar("Content")

#: Seconds between two looks at the file.
_LOOK_S: Final = 1.0


class WatchedFile(Generic[Content]):
    """What ``read`` made of the file's last usable version; without a path, of none.

    ConfigurationError when it can't be used at the start. ``clock`` gives seconds, only forward.
    ``heard`` is told of each later version: None when it could be used, else what is wrong.
    """

    def __init__(
        self,
        path: Path | None,
        clock: Callable[[], float],
        read: Callable[[Path | None], Content],
        heard: Callable[[Content, ConfigurationError | None], None],
    ) -> None:
        self._path = path
        self._clock = clock
        self._read = read
        self._heard = heard
        self._stamp = self._stamped()
        self._looked = clock()
        self._content = read(path)

    def current(self) -> Content:
        """Give it, after a look at the file if the last look was a while ago."""
        if self._path is not None and self._clock() - self._looked >= _LOOK_S:
            self._looked = self._clock()
            stamp = self._stamped()
            if stamp != self._stamp:
                self._stamp = stamp
                self._reload()
        return self._content

    def _reload(self) -> None:
        problem: ConfigurationError | None = None
        try:
            self._content = self._read(self._path)
        except ConfigurationError as error:
            problem = error
        self._heard(self._content, problem)

    def _stamped(self) -> tuple[int, int]:
        try:
            found = self._path.stat() if self._path else None
        except OSError:
            found = None
        return (found.st_mtime_ns, found.st_size) if found else (0, 0)
