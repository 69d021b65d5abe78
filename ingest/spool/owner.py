"""One process owns a spool: two would send its records twice and delete each other's files."""

import errno
import fcntl
import os
from pathlib import Path
from typing import Final

from pipeline.errors import ConfigurationError

_FILE: Final = "owner"


class Owner:
    """Holds the folder until ``release``, or until the process ends in whatever way."""

    def __init__(self, folder: Path) -> None:
        path = folder / _FILE
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.release()
            if error.errno not in {errno.EAGAIN, errno.EACCES}:
                raise
            raise ConfigurationError(
                f"the spool {folder} is in use by another process; give every ingress its own "
                "with TWILIO_PIPELINE_SPOOL_DIRECTORY"
            ) from None

    def release(self) -> None:
        """Let another process have it."""
        os.close(self._descriptor)
