"""Takes the machine's files out of the database named default.

The embedded engine overlays its default database with one in which every file is a table, so
that SELECT * FROM `/etc/passwd` works. A server must not have that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.clickhouse.failure import QueryError
from local.clickhouse.sql import load_sql

if TYPE_CHECKING:
    from pathlib import Path

    from local.clickhouse.engine import Handle


def forget_empty_default(path: Path) -> None:
    """Call before the engine starts: one that never held a table can't be attached again.

    The engine notes a database at once but makes its folder with the first table, and then
    fails to attach what has a note and no folder.
    """
    folder = path / "metadata" / "default"
    if not folder.is_symlink() and not folder.exists():
        folder.with_suffix(".sql").unlink(missing_ok=True)


def replace_default(root: Handle) -> None:
    """Call first thing on a started engine; tables in the database stay."""
    root.query("DETACH DATABASE default", "Null", {})
    try:
        root.query("ATTACH DATABASE default", "Null", {})
    except QueryError:  # a new folder has none yet
        root.query(load_sql("attach_default"), "Null", {})
