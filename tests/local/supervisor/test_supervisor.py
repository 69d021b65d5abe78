import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from local.supervisor.keeper import PartState
from local.supervisor.part import Part
from local.supervisor.supervisor import Supervisor
from pipeline.errors import UnavailableError

MakePart = Callable[..., Part]
Until = Callable[[Callable[[], bool]], Awaitable[None]]
Alive = Callable[[int], bool]


class Notes(Protocol):
    all: list[tuple[str, PartState]]

    def __call__(self, name: str, state: PartState) -> None: ...

    def now(self, name: str) -> PartState: ...


async def test_starts_in_order_and_stops_in_reverse(
    make_part: MakePart, notes: Notes, alive: Alive
) -> None:
    supervisor = Supervisor(notes)
    await supervisor.start(make_part("first"), make_part("beside"))
    await supervisor.start(make_part("second"))
    pids = [notes.now(name).pid for name in ("first", "beside", "second")]
    assert all(alive(pid) for pid in pids)
    assert len(set(pids)) == 3
    notes.all.clear()
    await supervisor.stop()
    assert next(name for name, _ in notes.all) == "second"
    assert not any(alive(pid) for pid in pids)


async def test_a_killed_part_comes_back_with_the_same_arguments(
    make_part: MakePart, notes: Notes, until: Until, alive: Alive
) -> None:
    supervisor, part = Supervisor(notes), make_part("part")

    def is_back(before: int) -> bool:
        now = notes.now("part")
        return now.pid != before and now.ready and arguments(now.pid) == list(part.argv)

    await supervisor.start(part)
    for _ in range(2):
        before = notes.now("part").pid
        os.kill(before, signal.SIGKILL)
        await until(partial(is_back, before))
    await supervisor.stop()
    assert not alive(notes.now("part").pid)


async def test_while_a_part_is_dead_it_is_not_called_ready(
    make_part: MakePart, notes: Notes, until: Until
) -> None:
    supervisor = Supervisor(notes)
    await supervisor.start(make_part("part"))
    notes.all.clear()
    os.kill((pid := pid_of(make_part("part"))), signal.SIGKILL)
    await until(lambda: len(notes.all) >= 2)
    assert notes.all[0] == ("part", PartState(pid, ready=False))
    await supervisor.stop()


async def test_a_part_that_ignores_sigterm_is_killed(
    make_part: MakePart, notes: Notes, alive: Alive
) -> None:
    supervisor = Supervisor(notes)
    await supervisor.start(make_part("stubborn", "stubborn"), make_part("kind"))
    started = time.monotonic()
    await supervisor.stop(seconds=2.0)
    assert time.monotonic() - started < 4.0
    assert not alive(notes.now("stubborn").pid)


async def test_a_part_that_ends_at_once_fails_the_start_with_its_last_words(
    tmp_path: Path, notes: Notes
) -> None:
    async def never() -> bool:
        return False

    words = "import sys; sys.exit('port 1 is taken')"
    part = Part("broken", (sys.executable, "-c", words), {}, never, tmp_path / "broken.log")
    supervisor = Supervisor(notes)
    with pytest.raises(UnavailableError, match=r"^broken ended with status 1: port 1 is taken"):
        await supervisor.start(part)
    await supervisor.stop()


async def test_a_command_that_is_not_there_fails_the_start(tmp_path: Path, notes: Notes) -> None:
    async def never() -> bool:
        return False

    part = Part("absent", ("no-such-command",), {}, never, tmp_path / "absent.log")
    supervisor = Supervisor(notes)
    with pytest.raises(UnavailableError, match="can't run no-such-command"):
        await supervisor.start(part)
    await supervisor.stop()


async def test_a_part_that_is_never_ready_fails_the_start(
    make_part: MakePart, notes: Notes, alive: Alive
) -> None:
    supervisor = Supervisor(notes)
    with pytest.raises(UnavailableError, match=r"^deaf was not ready after 1 s"):
        await supervisor.start(make_part("deaf", "deaf", seconds=1.0))
    await supervisor.stop()
    assert not alive(notes.now("deaf").pid)


async def test_stopping_in_the_middle_of_a_start_leaves_nothing(
    make_part: MakePart, notes: Notes, until: Until, alive: Alive
) -> None:
    supervisor = Supervisor(notes)
    start = asyncio.create_task(supervisor.start(make_part("deaf", "deaf")))
    await until(lambda: bool(notes.all))
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    await supervisor.stop()
    assert not alive(notes.now("deaf").pid)


async def test_the_environment_is_added_and_secrets_stay_out_of_arguments(
    tmp_path: Path, notes: Notes, until: Until
) -> None:
    async def ready() -> bool:
        return (tmp_path / "out").exists()

    script = "import os, pathlib, time; pathlib.Path(os.environ['OUT']).touch(); time.sleep(60)"
    environment = {"OUT": str(tmp_path / "out"), "SECRET": "s3cret"}
    part = Part("part", (sys.executable, "-c", script), environment, ready, tmp_path / "log")
    supervisor = Supervisor(notes)
    await supervisor.start(part)
    await until(lambda: notes.now("part").ready)
    assert "s3cret" not in " ".join(arguments(notes.now("part").pid))
    assert "s3cret" not in repr(part)
    await supervisor.stop()


def arguments(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").split("\0")[:-1]


def pid_of(part: Part) -> int:
    return int(Path(part.argv[2]).read_text(encoding="ascii"))
