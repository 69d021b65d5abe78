"""What an earlier process left in a spool: which files still hold something, and what is lost."""

from contextlib import suppress
from pathlib import Path

import msgspec

from ingest.spool.disk import Disk
from ingest.spool.frame import Damage, Frame, scan
from ingest.spool.segment import Segment, files_in


class Found(msgspec.Struct):
    """``damages`` are those of files that hold nothing any more, by file name."""

    segments: list[Segment]
    next_sequence: int
    records: int
    damages: list[tuple[str, Damage]]


def remaining(data: bytes, first: int, limit: int | None, cursor: int) -> list[Frame | Damage]:
    """What of a segment is still to be drained, or to be told as missing."""
    return [item for item in scan(data, first, limit) if _concerns(item, cursor)]


def recover(folder: Path, disk: Disk, cursor: int) -> Found:
    """Look through all files; those that hold nothing to drain are removed.

    OSError when a file can be neither read nor put out of the way.
    """
    files = files_in(folder)
    limits = [*(first for first, _ in files[1:]), None]
    found = Found([], cursor, 0, [])
    for (first, path), limit in zip(files, limits, strict=False):
        items = _read(path, disk, first, limit, cursor)
        frames = [item for item in items if isinstance(item, Frame)]
        found.next_sequence = max(found.next_sequence, first)
        if frames:
            found.segments.append(Segment(path, first, path.stat().st_size, frames[0].time_ms))
            found.next_sequence = max(found.next_sequence, frames[-1].sequence + 1)
            found.records += len(frames)
            continue
        found.damages += [(path.name, item) for item in items if isinstance(item, Damage)]
        with suppress(FileNotFoundError):
            disk.remove(path)
    return found


def _read(
    path: Path, disk: Disk, first: int, limit: int | None, cursor: int
) -> list[Frame | Damage]:
    try:
        return remaining(disk.read(path), first, limit, cursor)
    except OSError:
        lost = 0 if limit is None else limit - first
        size = path.stat().st_size
        path.rename(path.with_suffix(".unreadable"))
        return [Damage(0, size, first, lost, tail=not lost)]


def _concerns(item: Frame | Damage, cursor: int) -> bool:
    if isinstance(item, Frame):
        return item.sequence >= cursor
    return item.tail or item.first + item.lost > cursor or not item.lost
