"""The whole stack as `up` runs it: found, killed in parts, refused twice, stopped, gone on."""

import asyncio
import json
import os
import signal
import stat
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from local.clickhouse.process import answers
from local.stack_file import StackFile, read_stack_file

UP = """
import asyncio, sys
from pathlib import Path
from local.stack import up
from pipeline.errors import PipelineError

try:
    asyncio.run(up(Path(sys.argv[1]), lambda stack: print("ready", flush=True)))
except PipelineError as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""
PARTS = {
    *("kafka", "clickhouse", "ingest"),
    *("lifecycle", "alerts", "notifier", "fallback", "sink", "console"),
}


@asynccontextmanager
async def started(data: Path, home: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `up` on the folder until it is ready; stop it hard if the test did not."""
    process = await run(data, home)
    try:
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 90) == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def run(data: Path, home: Path) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", UP, str(data)),
        env={**os.environ, "XDG_STATE_HOME": str(home)},
        stdout=pipe,
        stderr=pipe,
    )


async def stopped(process: asyncio.subprocess.Process, signum: int) -> float:
    """Stop it and return how many seconds that took."""
    start = time.monotonic()
    process.send_signal(signum)
    _, said = await asyncio.wait_for(process.communicate(), 15)
    assert (process.returncode, said) == (0, b"")
    return time.monotonic() - start


def running(pids: dict[str, int]) -> list[str]:
    return [name for name, pid in pids.items() if Path(f"/proc/{pid}").exists()]


async def back(data: Path, part: str, before: int) -> StackFile:
    deadline = time.monotonic() + 60
    while True:
        stack = read_stack_file(data)
        if stack.ready and stack.parts[part] != before:
            return stack
        assert time.monotonic() < deadline, f"{part} did not come back"
        await asyncio.sleep(0.05)


async def test_a_stack_from_its_first_start_to_its_second(tmp_path: Path) -> None:
    data, home = tmp_path / "data", tmp_path / "state"
    async with started(data, home) as process:
        stack = read_stack_file(data)
        assert stack.ready
        assert set(stack.parts) == PARTS
        assert running(stack.parts) == list(stack.parts)
        assert await answers(f"{stack.console}login")
        assert (home / "twilio-pipeline" / "last-stack").read_text() == f"{data}/stack.json\n"
        for file in ("stack.json", "secrets.json"):
            assert stat.S_IMODE((data / file).stat().st_mode) == 0o600

        second = await run(data, home)
        _, said = await asyncio.wait_for(second.communicate(), 15)
        assert second.returncode == 1
        expected = f"ConfigurationError: {data} is in use by the stack of process {process.pid}; "
        assert said.decode().startswith(expected)

        os.kill(stack.parts["clickhouse"], signal.SIGKILL)
        again = await back(data, "clickhouse", stack.parts["clickhouse"])
        assert again.clickhouse == stack.clickhouse
        assert again.parts | {"clickhouse": 0} == stack.parts | {"clickhouse": 0}
        assert await stopped(process, signal.SIGTERM) < 15
        assert running(again.parts) == []
        assert not (data / "stack.json").exists()

    async with started(data, home) as process:
        assert read_stack_file(data).auth_token == stack.auth_token
        pids = read_stack_file(data).parts
        process.kill()
        await process.wait()
        deadline = time.monotonic() + 10
        while running(pids):
            assert time.monotonic() < deadline, running(pids)
            await asyncio.sleep(0.05)


async def test_ctrl_c_during_the_start_leaves_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    process = await run(data, tmp_path / "state")
    deadline = time.monotonic() + 60
    while not (data / "stack.json").exists():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    pids = json.loads((data / "stack.json").read_bytes())["parts"]
    assert await stopped(process, signal.SIGINT) < 15
    assert running(pids) == []
