"""Chaos: parts are killed with -9, paused and joined at random while traffic flows.

The whole stack runs as a user's would. In each round the simulator posts to the webhook while
the mischief goes on; then events, messages, windows and outcomes in ClickHouse are compared with
the truth, and the processor's committed offsets with its state. Any difference ends the run with
an error that names it and the folder with the logs.
"""

import asyncio
import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.agreement import check_agreement
from benchmarks.result import Result
from benchmarks.stage import child, part, until
from local.ports import free_port
from local.simulator.run import Run
from local.simulator.scenario import SCENARIOS
from local.simulator.timing import Timing
from local.simulator.traffic import Plan
from local.simulator.webhook import Webhook
from local.stack import Stack
from local.stack_secrets import stack_secrets
from local.status.processes import is_alive
from local.truth.check import check_settled
from local.truth.truth import read_truth
from pipeline.analyst import connect_analyst
from pipeline.errors import PermanentError
from pipeline.settings import ClickHouseSettings, KafkaSettings, load

KILLS: Final = 25
KILLS_A_ROUND: Final = 5
MESSAGES: Final = 6_000
RATE: Final = 400.0
VICTIMS: Final = ("ingest", "lifecycle", "sink", "clickhouse", "kafka", "lifecycle", "kafka")
_SESSION_S: Final = 6.0
#: Far beyond what it takes: a part that is not back by then hangs.
_BACK_S: Final = 180.0
_SETTLE_S: Final = 120.0
_QUICK: Final = Timing(pace=0.3)
#: Some receipts come later, so that silence is told and taken back, too.
_SILENCE: Final = '{"other": 6}'
_SILENCES: Final = {
    "TWILIO_PIPELINE_LIFECYCLE_SILENCE_S": _SILENCE,
    "TWILIO_PIPELINE_LIFECYCLE_VERIFY_SILENCE_S": _SILENCE,
}
#: A worker that ended itself because nothing came; allowed for, and told.
_GIVEN_UP: Final = "none has come for"
_BAD_SIGNS: Final = ("were not delivered", "lacks rows", "could not be folded", "Traceback")

Mischief = Callable[["Chaos"], Awaitable[None]]


@dataclass
class Chaos:
    """One stack and what was done to it."""

    stack: Stack
    folder: Path
    random: random.Random
    back_s: dict[str, list[float]] = field(default_factory=dict)
    events: int = 0
    resends: int = 0
    rounds: int = 0
    outcomes: int = 0

    @property
    def kafka(self) -> KafkaSettings:
        """How to reach the stack's broker."""
        return load(KafkaSettings, bootstrap_servers=self.stack.info.kafka)

    @property
    def kills(self) -> int:
        """How many parts were killed so far."""
        return sum(len(times) for times in self.back_s.values())

    async def kill(self, name: str) -> None:
        """``kill -9`` and wait until the part works again; with Kafka away it may take a while."""
        await until(lambda: is_alive(self.stack.info.parts[name]), f"a {name} to kill", _BACK_S)
        pid, started = self.stack.info.parts[name], time.monotonic()
        os.kill(pid, signal.SIGKILL)
        await until(lambda: self._is_back(name, pid), f"{name} after kill -9", _BACK_S)
        self.back_s.setdefault(name, []).append(time.monotonic() - started)

    def _is_back(self, name: str, pid: int) -> bool:
        return self.stack.info.ready and self.stack.info.parts[name] != pid

    @asynccontextmanager
    async def second_worker(self) -> AsyncIterator[None]:
        """Run another lifecycle processor beside the stack's own."""
        environment = {
            "TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS": self.stack.info.kafka,
            "TWILIO_PIPELINE_LIFECYCLE_METRICS_PORT": str(free_port()),
            "TWILIO_PIPELINE_PRIVACY_HASH_KEY": stack_secrets(self.folder).hash_key,
        }
        log = self.folder / "logs" / f"lifecycle-{self.rounds}.log"
        with child(part("lifecycle"), environment, log):
            await until(lambda: "state restored" in log.read_text(), "a second worker", _BACK_S)
            yield


async def kill_at_random(chaos: Chaos, number: int) -> None:
    """Kill one part after the other, some before the last one is back."""
    async with asyncio.TaskGroup() as tasks:
        for name in chaos.random.sample(VICTIMS, number):
            tasks.create_task(chaos.kill(name))
            await asyncio.sleep(chaos.random.uniform(0.5, 5.0))


async def join_and_kill(chaos: Chaos) -> None:
    """A second worker joins, the first is killed, and comes back as a third."""
    async with chaos.second_worker():
        await asyncio.sleep(chaos.random.uniform(0.5, 3.0))
        await chaos.kill("lifecycle")
        await asyncio.sleep(2.0)


async def pause(chaos: Chaos) -> None:
    """Pause a worker past its session while another takes over, then let it go on."""
    async with chaos.second_worker():
        pid = chaos.stack.info.parts["lifecycle"]
        os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(_SESSION_S + chaos.random.uniform(2.0, 5.0))
        os.kill(pid, signal.SIGCONT)
        await asyncio.sleep(3.0)


def run(kills: int = KILLS) -> Result:
    """Do all of it and report; PermanentError when anything was lost, repeated or miscounted."""
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    os.environ |= _SILENCES
    result = asyncio.run(_run(folder, kills))
    shutil.rmtree(folder)
    return result


async def _run(folder: Path, kills: int) -> Result:
    started = time.monotonic()
    async with Stack(folder) as stack:
        chaos = Chaos(stack, folder, random.Random(kills))  # noqa: S311  repeatable, not secret
        for mischief in (*_kill_rounds(kills), join_and_kill, pause):
            await _round(chaos, mischief)
        await check_agreement(chaos.kafka)
        _check_logs(folder)
        given_up = _count_in_logs(folder, _GIVEN_UP)
    return _result(chaos, given_up, time.monotonic() - started)


def _kill_rounds(kills: int) -> list[Mischief]:
    def round_of(number: int) -> Mischief:
        return lambda chaos: kill_at_random(chaos, number)

    sizes = [KILLS_A_ROUND] * (kills // KILLS_A_ROUND) + [kills % KILLS_A_ROUND]
    return [round_of(size) for size in sizes if size]


async def _round(chaos: Chaos, mischief: Mischief) -> None:
    chaos.rounds += 1
    traffic = _traffic(chaos)
    sending = asyncio.create_task(traffic.execute())
    await until(lambda: traffic.tally.events > 0, "traffic")
    await asyncio.gather(mischief(chaos), sending)
    await until(lambda: chaos.stack.info.ready, "the stack", _BACK_S)
    chaos.events += traffic.tally.events
    chaos.resends += traffic.tally.resends
    await _compare(chaos, traffic.truth_file)


def _traffic(chaos: Chaos) -> Run:
    info = chaos.stack.info
    plan = Plan(
        seed=chaos.random.getrandbits(32),
        messages=MESSAGES,
        rate=RATE,
        scenario=SCENARIOS["outage"],
        start=int(time.time() * 1_000),
        timing=_QUICK,
    )
    webhook = Webhook(info.ingest, info.public_url, info.auth_token)
    return Run(plan, webhook, chaos.folder / f"truth-{chaos.rounds}.ndjson")


async def _compare(chaos: Chaos, truth_file: Path) -> None:
    settings = load(ClickHouseSettings, url=chaos.stack.info.clickhouse)
    async with connect_analyst(settings) as analyst:
        truth = read_truth(truth_file)
        verdict = await check_settled(analyst, truth, _SETTLE_S, silence_is_due=True)
    if not verdict.clean:
        found = "\n".join(verdict.lines())
        raise PermanentError(f"round {chaos.rounds} differs from {truth_file}:\n{found}")
    chaos.outcomes += sum(part.equal for part in verdict.parts if part.name == "outcomes")


def _check_logs(folder: Path) -> None:
    for log in (folder / "logs").glob("lifecycle*.log"):
        text = log.read_text("utf-8", "replace")
        for sign in _BAD_SIGNS:
            if sign in text:
                raise PermanentError(f"{log} says {sign!r}")


def _count_in_logs(folder: Path, sign: str) -> int:
    logs = (folder / "logs").glob("*.log")
    return sum(log.read_text("utf-8", "replace").count(sign) for log in logs)


def _result(chaos: Chaos, given_up: int, seconds: float) -> Result:
    figures = {
        "kills": chaos.kills,
        "rounds": chaos.rounds,
        "events": chaos.events,
        "outcomes": chaos.outcomes,
        "resent_requests": chaos.resends,
        "workers_given_up": given_up,
        "seconds": seconds,
        **{f"{name}_slowest_back_s": max(times) for name, times in chaos.back_s.items()},
    }
    return Result("chaos", figures, {})
