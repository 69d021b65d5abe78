"""Which of the rows found at a recovery are the partition's history, and which are strays.

A worker that was paused past its session may write a row after its successor has recovered.
Each row names the last row its owner had restored (its parent), so the history is read backwards
from the newest epoch: of every older epoch only what the next owner had seen belongs to it.

Rows are deleted oldest first and only by an owner that has just committed, so a parent that is
missing was deleted together with all before it.
"""

from collections.abc import Iterable

from processors.runtime.row import RowId, StateRow


def history(rows: Iterable[StateRow]) -> tuple[list[StateRow], list[StateRow]]:
    """Split one partition's rows into (history, oldest first) and (strays, newest first)."""
    kept: list[StateRow] = []
    strays: list[StateRow] = []
    for row in sorted(rows, key=lambda row: row.id, reverse=True):
        (kept if _belongs(row.id, kept) else strays).append(row)
    kept.reverse()
    return kept, strays


def _belongs(row: RowId, newer: list[StateRow]) -> bool:
    """Whether the owner of the row kept last had written or restored this one."""
    if not newer:
        return True
    successor = newer[-1]
    return row.epoch == successor.id.epoch or row == successor.parent
