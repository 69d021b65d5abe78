"""Which folder is whose when several workers spool, and which ones nobody owns any more."""

from pathlib import Path

from ingest.spool.segment import files_in


def folder_of(root: Path, number: int, workers: int) -> Path:
    """The root itself for an ingress of one process, else a folder for each worker."""
    return root if workers == 1 else root / f"worker-{number}"


def left_behind(root: Path, workers: int) -> list[Path]:
    """Folders that hold records, but belong to no worker since their number was changed."""
    owned = {folder_of(root, number, workers) for number in range(workers)}
    found = sorted(root.glob("worker-*"))
    return [each for each in (root, *found) if each not in owned and _holds_records(each)]


def _holds_records(folder: Path) -> bool:
    return folder.is_dir() and bool(files_in(folder))
