"""Programs of Debian that tests run, put on the machine when they are missing."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

INSTALL_SECONDS = 150.0


def debian(program: str, package: str) -> Path:
    """Give the program's path; install its package when it is missing and we are root."""
    found = shutil.which(program)
    if found is None:
        with one_at_a_time():
            found = shutil.which(program) or installed(program, package)
    return Path(found)


def installed(program: str, package: str) -> str:
    """Install, with fresh package lists if the ones on the machine do not do; or fail."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install = ["install", "--yes", "--no-install-recommends", package]
        if not apt(*install) and apt("update"):
            apt(*install)
    found = shutil.which(program)
    if found is None:
        pytest.fail(f"{program} is missing: run `apt-get install {package}` as root", pytrace=False)
    return found


def apt(*arguments: str) -> bool:
    """Run apt-get without questions; say whether it went well."""
    command = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=60", *arguments]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with suppress(subprocess.SubprocessError):
        subprocess.run(  # noqa: S603  (the arguments are ours)
            command, env=quiet, capture_output=True, check=True, timeout=INSTALL_SECONDS
        )
        return True
    return False


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one process install at a time: the tests run in several, and apt has one lock."""
    lock = Path(tempfile.gettempdir()) / "twilio-pipeline-tests-apt.lock"
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
