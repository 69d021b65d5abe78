"""Which folder is whose when several workers spool, and which ones nobody owns any more."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from ingest.spool.segment import files_in
from pipeline.settings import SpoolSettings


class Shares(msgspec.Struct, frozen=True):
    """A process's own spool, those it drains because nobody else will, and all there are."""

    own: SpoolSettings | None = None
    left: Sequence[SpoolSettings] = ()
    folders: Sequence[Path] = ()


def shares(spool: SpoolSettings | None, number: int, workers: int) -> Shares:
    """What of the spools belongs to this worker; nothing unless a folder is set."""
    if not spool or not spool.directory:
        return Shares()
    root = Path(spool.directory)

    def at(folder: Path) -> SpoolSettings:
        return spool.model_copy(update={"directory": str(folder)})

    left = [] if number else [at(folder) for folder in left_behind(root, workers)]
    return Shares(at(folder_of(root, number, workers)), left, relatives(root))


def folder_of(root: Path, number: int, workers: int) -> Path:
    """The root itself for an ingress of one process, else a folder for each worker."""
    return root if workers == 1 else root / f"worker-{number}"


def left_behind(root: Path, workers: int) -> list[Path]:
    """Folders that hold records, but belong to no worker since their number was changed."""
    owned = {folder_of(root, number, workers) for number in range(workers)}
    return [each for each in relatives(root) if each not in owned and _holds_records(each)]


def relatives(root: Path) -> list[Path]:
    """All folders of this ingress: what one of them knows of Kafka's layout holds for all."""
    return [root, *sorted(root.glob("worker-*"))]


def _holds_records(folder: Path) -> bool:
    return folder.is_dir() and bool(files_in(folder))
