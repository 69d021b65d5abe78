"""Which of the rows found at a recovery are the partition's history, and which are strays.

A worker that was paused past its session may write a row after its successor has recovered.
Each row names the last row its owner had restored (its parent), so the history is read backwards
from the newest epoch: of every older epoch only what the next owner had seen belongs to it.

Rows are deleted oldest first and only by an owner that has just committed. Each row says which
was the oldest it needed, so what a sweep left behind half done is known, and a row that is missing
in between is not overlooked.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from pipeline.errors import PermanentError
from processors.runtime.row import ORIGIN, RowId, StateRow


class LostRowError(PermanentError):
    """A row that the state needs was not found in the changelog."""


def history(rows: Iterable[StateRow]) -> tuple[list[StateRow], list[StateRow]]:
    """Split one partition's rows into (history, oldest first) and (strays, newest first).

    LostRowError when the history is not whole.
    """
    kept: list[StateRow] = []
    strays: list[StateRow] = []
    for row in sorted(rows, key=lambda row: row.id, reverse=True):
        (kept if _belongs(row.id, kept) else strays).append(row)
    kept.reverse()
    _check_whole(kept)
    return kept, strays


def _belongs(row: RowId, newer: list[StateRow]) -> bool:
    """Whether it was needed, and the owner of the row kept last had written or restored it."""
    if not newer:
        return True
    if row < newer[0].oldest:
        return False
    successor = newer[-1]
    return row.epoch == successor.id.epoch or row == successor.parent


def _check_whole(kept: Sequence[StateRow]) -> None:
    if not kept or kept[-1].oldest == ORIGIN:
        return
    oldest, newest = kept[-1].oldest, kept[-1]
    whole = kept[0].id == oldest and all(_follows(row, before) for before, row in pairwise(kept))
    if not whole:
        raise LostRowError(
            f"the changelog of {newest.topic} partition {newest.partition} lacks rows between "
            f"{_name(oldest)} and {_name(newest.id)}: start again; if it says so again, see "
            "docs/why/offsets.md"
        )


def _follows(row: StateRow, before: StateRow) -> bool:
    if row.id.epoch == before.id.epoch:
        return row.id.sequence == before.id.sequence + 1
    return row.parent == before.id


def _name(row: RowId) -> str:
    return f"{row.epoch}/{row.sequence}"
