"""A whole stack as its user runs it: ``up`` in a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from local.simulator.run import Run
from local.simulator.scenario import SCENARIOS, ScenarioName
from local.simulator.timing import Timing
from local.simulator.traffic import Plan
from local.simulator.webhook import Webhook
from local.stack_file import STACK_FILE, StackFile, read_stack_file
from local.truth.check import check_settled
from local.truth.truth import read_truth
from pipeline.analyst import connect_analyst
from pipeline.errors import ConfigurationError
from pipeline.settings import ClickHouseSettings, load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local.truth.verdict import Verdict

START_S = 90.0
STOP_S = 15.0
SETTLE_S = 90.0
#: Late receipts and repetitions within seconds: the tests wait for them.
QUICK = Timing(pace=0.3)


class StackProcess:
    """One stack in one folder; ``start`` and ``stop`` may be called again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._environment = os.environ | {"XDG_STATE_HOME": str(folder / "state")}
        self._process: subprocess.Popen[str] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def file(self) -> Path:
        return self.data / STACK_FILE

    @property
    def info(self) -> StackFile:
        return read_stack_file(self.file)

    def start(self) -> None:
        """Start the stack and wait until it is ready."""
        with (self.folder / "up.log").open("a") as log:
            self._process = subprocess.Popen(  # noqa: S603  (our own command)
                self.command("up", "--data", str(self.data)),
                stdout=log,
                stderr=log,
                text=True,
                env=self._environment,
            )
        wait_until(self._is_ready, START_S, "the stack is ready")

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(STOP_S)

    def end(self) -> None:
        """Leave nothing behind, whatever the test did."""
        if self._process is not None and self._process.poll() is None:
            self.stop()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command against this machine's stacks."""
        return subprocess.run(  # noqa: S603  (our own command)
            self.command(*arguments),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=self._environment,
        )

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "pipeline.cli.main", *arguments]

    def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "up.log").read_text()
        try:
            return self.info.ready
        except ConfigurationError:
            return False

    def traffic(
        self, name: str, messages: int, rate: float, scenario: ScenarioName = "outage"
    ) -> Run:
        """A run against this stack that is yet to be executed."""
        info = self.info
        plan = Plan(
            seed=11,
            messages=messages,
            rate=rate,
            scenario=SCENARIOS[scenario],
            start=int(time.time() * 1_000),
            timing=QUICK,
        )
        webhook = Webhook(info.ingest, info.public_url, info.auth_token)
        return Run(plan, webhook, self.folder / f"{name}.ndjson")

    async def verdict(self, truth_file: Path) -> Verdict:
        """Compare a run with what this stack holds, once it has settled."""
        settings = load(ClickHouseSettings, url=self.info.clickhouse)
        async with connect_analyst(settings) as analyst:
            return await check_settled(analyst, read_truth(truth_file), SETTLE_S)

    async def kill(self, part: str) -> None:
        """``kill -9`` a part and wait until it is back at work."""
        pid = self.info.parts[part]
        os.kill(pid, signal.SIGKILL)
        await eventually(lambda: self._is_back(part, pid), START_S, f"{part} is back")

    def _is_back(self, part: str, pid: int) -> bool:
        info = self.info
        return info.ready and info.parts[part] != pid


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Poll a condition; fail when it never holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


async def eventually(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """The same while the event loop goes on."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        await asyncio.sleep(0.02)
