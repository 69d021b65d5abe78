"""A log stays bounded under the hands of who writes it."""

import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from local.supervisor import keeper, log_file
from local.supervisor.log_file import bound, older
from local.supervisor.supervisor import Supervisor
from tests.local.supervisor.conftest import MakePart, Notes

Until = Callable[[Callable[[], bool]], Awaitable[None]]
WRITES = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)"


def test_what_is_full_moves_aside_and_the_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    with log.open("ab") as output:
        writer = subprocess.Popen(  # noqa: S603  (our own line)
            [sys.executable, "-c", WRITES], stdin=subprocess.PIPE, stdout=output, text=True
        )
    assert writer.stdin is not None
    for line in ("one\n", "two\n", "three\n"):
        before = log.stat().st_size
        writer.stdin.write(line)
        writer.stdin.flush()
        while log.stat().st_size == before:
            assert writer.poll() is None
        bound(log, largest=6)
    writer.communicate()
    assert older(log).read_text() == "one\ntwo\n"
    assert log.read_text() == "three\n"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["part.log", "part.log.1"]


def test_the_oldest_is_given_up(tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    for text in ("first", "second"):
        log.write_text(text)
        bound(log, largest=4)
    assert (older(log).read_text(), log.read_text()) == ("second", "")


def test_a_log_that_cannot_be_moved_stays(tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    log.write_text("what happened")
    older(log).mkdir()
    bound(log, largest=4)
    assert log.read_text() == "what happened"
    bound(tmp_path / "absent.log")


async def test_the_supervisor_looks_after_the_logs_of_what_it_runs(
    make_part: MakePart, notes: Notes, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "_LOG_SECONDS", 0.02)
    part, supervisor = make_part("part"), Supervisor(notes)
    await supervisor.start(part)
    size = log_file.LARGEST_BYTES + 1
    os.truncate(part.log, size)
    await until(lambda: older(part.log).exists() and part.log.stat().st_size == 0)
    assert older(part.log).stat().st_size == size
    await supervisor.stop()
