"""A supervisor that is killed has no time to stop anything; still nothing stays."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

DUMMY = Path(__file__).with_name("dummy.py")
SUPERVISE = """
import asyncio, sys
from pathlib import Path
from local.supervisor.part import Part
from local.supervisor.supervisor import Supervisor

async def main(folder):
    def part(name):
        file = folder / name
        async def ready():
            return file.exists()
        argv = (sys.executable, sys.argv[2], str(file), "stubborn")
        return Part(name, argv, {}, ready, folder / f"{name}.log")
    supervisor = Supervisor(lambda name, state: None)
    await supervisor.start(part("one"), part("two"))
    (folder / "up").touch()
    await asyncio.Event().wait()

asyncio.run(main(Path(sys.argv[1])))
"""


async def test_the_parts_of_a_killed_supervisor_die(
    tmp_path: Path,
    until: Callable[[Callable[[], bool]], Awaitable[None]],
    alive: Callable[[int], bool],
) -> None:
    argv = [sys.executable, "-c", SUPERVISE, str(tmp_path), str(DUMMY)]
    supervisor = subprocess.Popen(argv)  # noqa: ASYNC220, S603  (our own; it does not block)
    try:
        await until((tmp_path / "up").exists)
        pids = [int((tmp_path / name).read_text(encoding="ascii")) for name in ("one", "two")]
        assert all(alive(pid) for pid in pids)
    finally:
        supervisor.kill()
        supervisor.wait()
    await until(lambda: not any(alive(pid) for pid in pids))


async def test_ctrl_c_in_the_terminal_reaches_the_supervisor_alone(
    tmp_path: Path,
    until: Callable[[Callable[[], bool]], Awaitable[None]],
) -> None:
    argv = [sys.executable, "-c", SUPERVISE, str(tmp_path), str(DUMMY)]
    supervisor = await asyncio.create_subprocess_exec(*argv, start_new_session=True)
    try:
        await until((tmp_path / "up").exists)
        pid = int((tmp_path / "one").read_text(encoding="ascii"))
        assert os.getpgid(pid) != os.getpgid(supervisor.pid)
    finally:
        os.kill(supervisor.pid, signal.SIGKILL)
        await supervisor.wait()
