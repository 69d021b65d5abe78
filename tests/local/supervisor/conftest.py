import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from local.supervisor.keeper import PartState
from local.supervisor.part import Part

MakePart = Callable[..., Part]
DUMMY = Path(__file__).with_name("dummy.py")


@pytest.fixture
def make_part(tmp_path: Path) -> MakePart:
    """Build a part that is ready once its process has written its pid to NAME.pid."""

    def make(name: str, *arguments: str, seconds: float = 20.0) -> Part:
        file = tmp_path / f"{name}.pid"

        async def ready() -> bool:
            return file.exists()

        argv = (sys.executable, str(DUMMY), str(file), *arguments)
        return Part(name, argv, {}, ready, tmp_path / f"{name}.log", seconds)

    return make


class Notes:
    """Collects what a supervisor says."""

    def __init__(self) -> None:
        self.all: list[tuple[str, PartState]] = []

    def __call__(self, name: str, state: PartState) -> None:
        self.all.append((name, state))

    def now(self, name: str) -> PartState:
        return [state for told, state in self.all if told == name][-1]


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    """Wait for a condition, 20 seconds at most."""

    async def wait(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            await asyncio.sleep(0.02)

    return wait


@pytest.fixture
def alive() -> Callable[[int], bool]:
    """Whether a process runs; one that has ended but was not waited for does not."""

    def check(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
        return status.rpartition(")")[2].split()[0] != "Z"

    return check
