from pathlib import Path

import pytest

from ingest.spool.disk import Disk
from ingest.spool.folders import shares
from ingest.spool.notes import Notes
from pipeline.settings import SpoolSettings, load
from tests.ingest.spool.test_station import Broker, open_station, record


def names(root: Path, number: int, workers: int) -> tuple[str, list[str]]:
    """The worker's own folder and those it drains, relative to the root."""
    found = shares(load(SpoolSettings, directory=str(root)), number, workers)
    assert found.own is not None
    own, *left = (Path(each.directory) for each in (found.own, *found.left))
    return str(own.relative_to(root)), [str(each.relative_to(root)) for each in left]


def spool_something(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{7:020d}.spool").write_bytes(b"something")


def test_without_a_folder_there_is_nothing() -> None:
    assert shares(load(SpoolSettings), 0, 4).own is None


@pytest.mark.parametrize(
    ("number", "workers", "own", "left"),
    [
        (0, 1, ".", ["worker-0", "worker-1", "worker-3"]),
        (0, 2, "worker-0", [".", "worker-3"]),
        (1, 2, "worker-1", []),
        (0, 4, "worker-0", ["."]),
    ],
)
def test_what_no_worker_owns_any_more_is_the_first_ones(
    tmp_path: Path, number: int, workers: int, own: str, left: list[str]
) -> None:
    for folder in (".", "worker-0", "worker-1", "worker-3"):
        spool_something(tmp_path / folder)
    (tmp_path / "worker-2").mkdir()
    assert names(tmp_path, number, workers) == (own, left)


async def test_a_new_worker_knows_kafkas_layout_from_another(tmp_path: Path) -> None:
    (tmp_path / "worker-0").mkdir()
    Notes(tmp_path / "worker-0", Disk()).note_layout({record(1).topic: 8})
    found = shares(load(SpoolSettings, directory=str(tmp_path)), 1, 2)
    station = open_station(tmp_path / "worker-1", Broker(), Disk())
    assert station.last_layout((record(1).topic,)) is None
    assert station.last_layout((record(1).topic,), found.folders) == {record(1).topic: 8}
    await station.close()
