"""Faults of the store: sink and ClickHouse are killed, starved and misled while events flow.

A broker, ClickHouse, the lifecycle processor and the sink run as processes of their own, and start
again by themselves when they end. After each kind of fault the traffic rests, until the ledger
balances with nothing in flight and messages and windows are what the stored events say; a fault
after which they don't become so ends the run with an error that names it.
"""

import asyncio
import logging
import random
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from benchmarks.kept import Kept
from benchmarks.result import Result
from benchmarks.stage import Stage, part, stage, until
from benchmarks.stream import Stream
from local.clickhouse.process import ClickHouseProcess
from local.ports import free_port
from pipeline.errors import PermanentError, PipelineError
from pipeline.settings import ClickHouseSettings, LifecycleSettings, SinkSettings, load
from pipeline.topics import RAW
from sinks.clickhouse import connect
from sinks.ledger import Scope, audit
from sinks.migrations import migrate
from sinks.verification import verify

SINK_KILLS: Final = 25
ENGINE_KILLS: Final = 10
AWAY_S: Final = 60.0
FULL_S: Final = 10.0
_DISK: Final = "1g"
_PARTITIONS: Final = 4
_BACK_S: Final = 120.0
_SETTLE_S: Final = 180.0
_REFUSE: Final = "ADD CONSTRAINT poison CHECK event_type != 'com.twilio.poison.refused'"

Fault = Callable[["Scene"], Awaitable[None]]


@dataclass
class Scene:
    """What runs, what is sent to it, and what it survived."""

    here: Stage
    clickhouse: ClickHouseSettings
    engine: Kept
    sink: Kept
    second: Kept
    disk: Path | None
    stream: Stream
    random: random.Random
    settled_s: dict[str, float] = field(default_factory=dict)

    def stored(self) -> int:
        """Rows in ClickHouse, -1 while it does not answer."""
        try:
            with connect(self.clickhouse) as client:
                return int(str(client.command("SELECT count() FROM events_store")))
        except PipelineError:
            return -1

    async def progress(self) -> None:
        """Wait until more is stored than now."""
        await until(lambda: self.stored() >= 0, "ClickHouse", _BACK_S)
        before = self.stored()
        await until(lambda: self.stored() > before, "progress of the sink", _BACK_S)

    def command(self, statement: str) -> None:
        """Change the store as its administrator."""
        with connect(self.clickhouse) as client:
            client.command(statement)


async def sink_dies(scene: Scene) -> None:
    """``kill -9`` while it loads, again and again."""
    for _ in range(SINK_KILLS):
        await scene.progress()
        await asyncio.sleep(scene.random.uniform(0.0, 0.6))
        scene.sink.kill()


async def engine_dies(scene: Scene) -> None:
    """``kill -9`` while it is written to."""
    for _ in range(ENGINE_KILLS):
        await scene.progress()
        await asyncio.sleep(scene.random.uniform(0.0, 0.6))
        scene.engine.kill()


async def engine_is_away(scene: Scene) -> None:
    """Nothing answers for a minute; Kafka keeps the events."""
    async with scene.engine.away():
        await asyncio.sleep(AWAY_S)
    await scene.progress()


async def disk_is_full(scene: Scene) -> None:
    """Not a byte can be written; merges and inserts fail until there is room again."""
    if scene.disk is None:
        return
    filler = scene.disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(1 << 20)):
            pass
    await asyncio.sleep(FULL_S)
    stuck = scene.stored()
    filler.unlink()
    await until(lambda: scene.stored() > stuck, "room on the disk to be used", _BACK_S)


async def column_is_missing(scene: Scene) -> None:
    """The sink stops with a line; an administrator mends the table."""
    starts = scene.sink.starts
    scene.command("ALTER TABLE events_store DROP COLUMN from_hash")
    await until(lambda: scene.sink.starts > starts, "the sink to stop", _BACK_S)
    scene.command("ALTER TABLE events_store ADD COLUMN from_hash String AFTER to_masked")
    await scene.progress()


async def events_are_poisoned(scene: Scene) -> None:
    """One element in a hundred is no event, and some of the rest ClickHouse refuses."""
    scene.command(f"ALTER TABLE events_store {_REFUSE}")
    scene.stream.poisoned = True
    for _ in range(10):
        await scene.progress()
    scene.stream.poisoned = False


async def sinks_take_turns(scene: Scene) -> None:
    """A second sink joins, the first is killed and returns, the second is killed."""
    async with scene.second.here():
        await until(lambda: scene.second.says("partitions assigned"), "the second sink", _BACK_S)
        scene.sink.kill()
        await scene.progress()
        await until(lambda: scene.sink.says("partitions assigned"), "the first sink", _BACK_S)
        await scene.progress()
    await scene.progress()


FAULTS: Final[tuple[Fault, ...]] = (
    sink_dies,
    engine_dies,
    engine_is_away,
    disk_is_full,
    column_is_missing,
    events_are_poisoned,
    sinks_take_turns,
)


def run() -> Result:
    """Do all of it and report; PermanentError when anything was lost, repeated or miscounted."""
    # Whoever asks a ClickHouse that was just killed gets an error; the client need not say so.
    logging.getLogger("clickhouse_connect").addHandler(logging.NullHandler())
    return asyncio.run(_run())


async def _run() -> Result:
    started = time.monotonic()
    async with _scene() as scene:
        for fault in FAULTS:
            async with scene.stream.flowing():
                await fault(scene)
            scene.settled_s[fault.__name__] = await _settle(scene, fault.__name__)
        figures = {
            "sink_kills": scene.sink.kills + scene.second.kills,
            "engine_kills": scene.engine.kills,
            "disk_full": float(scene.disk is not None),
            "events": scene.stream.events,
            "poisoned": scene.stream.poison,
            "rows": scene.stored(),
            "seconds": time.monotonic() - started,
            **{f"settled_s_after_{name}": value for name, value in scene.settled_s.items()},
        }
    return Result("store-chaos", figures, {})


async def _settle(scene: Scene, fault: str) -> float:
    """Seconds until nothing is in flight, all balances and nothing differs."""
    started = time.monotonic()
    while found := await _open(scene):
        if time.monotonic() - started > _SETTLE_S:
            raise PermanentError(f"after {fault}: {found}")
        await asyncio.sleep(0.5)
    return time.monotonic() - started


async def _open(scene: Scene) -> str:
    """What does not balance yet, empty when all does."""
    scope = Scope(tuple(RAW.values()), load(SinkSettings).group_id)
    try:
        account = (await audit(scene.here.kafka, scene.clickhouse, scope, lambda *_: None)).account
        if not account.balanced or account.total.in_flight:
            return f"{account.total} {account.problems[:5]}"
        report = await asyncio.to_thread(verify, scene.clickhouse, load(LifecycleSettings))
    except PipelineError as error:
        return str(error)
    return "" if report.clean else f"{[check for check in report.checks if check.differing]}"


@asynccontextmanager
async def _scene() -> AsyncIterator[Scene]:
    async with stage(_PARTITIONS) as here, AsyncExitStack() as stack:
        disk = Path(tempfile.mkdtemp(prefix="store-chaos-"))
        mounted = _mount(disk)
        stack.callback(_unmount, disk, mounted)
        server = ClickHouseProcess(disk / "clickhouse", free_port(), "writer", secrets.token_hex(8))
        engine = Kept(server.argv, server.environment, here.folder / "clickhouse.log")
        await stack.enter_async_context(engine.here())
        await until(lambda: asyncio.run(server.ready()), "ClickHouse", _BACK_S)
        clickhouse = load(
            ClickHouseSettings,
            url=server.url,
            user=server.user,
            password=SecretStr(server.password),
        )
        await asyncio.to_thread(migrate, clickhouse)
        await stack.enter_async_context(_part(here, server, "lifecycle").here())
        sink = _part(here, server, "sink")
        await stack.enter_async_context(sink.here())
        yield Scene(
            here,
            clickhouse,
            engine,
            sink,
            _part(here, server, "sink", "second"),
            disk if mounted else None,
            await stack.enter_async_context(Stream.open(here, _PARTITIONS)),
            random.Random(1),  # noqa: S311  repeatable, not secret
        )


def _part(here: Stage, server: ClickHouseProcess, name: str, instance: str = "first") -> Kept:
    """A part of the product; an instance id spares a killed sink the wait for its session."""
    environment = {
        **server.environment,
        "TWILIO_PIPELINE_CLICKHOUSE_URL": server.url,
        "TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS": here.kafka.bootstrap_servers,
        "TWILIO_PIPELINE_PRIVACY_HASH_KEY": "0123456789abcdef",
        "TWILIO_PIPELINE_SINK_INSTANCE_ID": instance,
        f"TWILIO_PIPELINE_{name.upper()}_METRICS_PORT": str(free_port()),
    }
    return Kept(part(name), environment, here.folder / f"{name}-{instance}.log")


def _mount(folder: Path) -> bool:
    """A small disk of the engine's own, where the system lets us make one."""
    argv = ("mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(folder))
    try:
        return subprocess.run(argv, capture_output=True, check=False).returncode == 0  # noqa: S603  no input
    except OSError:
        return False


def _unmount(folder: Path, mounted: bool) -> None:
    if mounted:
        subprocess.run(("umount", "--lazy", str(folder)), check=False)  # noqa: S603, S607  no input
    shutil.rmtree(folder, ignore_errors=True)
