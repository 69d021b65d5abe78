"""What the engine is told beyond its defaults: where ``BACKUP ... TO Disk('backups', ...)`` writes.

It takes its configuration from a file only, and makes no backups without one.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

#: Of the data folder; a backup is a folder in it.
BACKUPS: Final = "backups"
_FILE: Final = "engine.xml"


def source(path: Path) -> str:
    """Name the data folder to the engine, its configuration written into it.

    Raises ConfigurationError when the engine would take the folder's name for something else.
    """
    folder = str(path.resolve())
    if "?" in folder:
        raise ConfigurationError(f"can't use {path}: choose a data folder without '?' in its path")
    text = files(__package__).joinpath(_FILE).read_text(encoding="utf-8")
    file = path.resolve() / _FILE
    file.write_text(text.replace("{backups}", escape(f"{folder}/{BACKUPS}")), encoding="utf-8")
    return f"{folder}?config-file={quote(str(file))}"
