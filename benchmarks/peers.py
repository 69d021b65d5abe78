"""The lifecycle processor beside what else counts in windows in Python, on one broker.

``stock`` is Faust as documented (a tumbling table, its own commits), ``quix`` is quixstreams'
tumbling count; both count records of one event by key and do nothing else. The processor reads
the same events, 50 and 1 to a record, and does all it does. ``_cpu_us`` is processor time an
event: on a machine shared with the broker it says more than the clock.

quixstreams is installed for the run by pip, into a folder of its own.
"""

import asyncio
import subprocess
import sys
import time
import venv
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final
from zlib import crc32

import msgspec
from aiokafka import AIOKafkaProducer

from benchmarks.counted import Counted
from benchmarks.result import Result
from benchmarks.speed import measured
from benchmarks.stage import Stage, fill, stage
from benchmarks.traffic import STATUSES, events, records
from pipeline.topics import RAW, Topic, ensure_topics

PARTITIONS: Final = 4
MESSAGES: Final = 100_000
#: Enough for quixstreams to write its state now and then.
SINGLES: Final = 150_000
#: Faust's tables are slower, so it gets fewer of these.
STOCK: Final = 20_000
QUIX: Final = "quixstreams==3.28.1"
_KEYED: Final = "benchmark.keyed"
_KEYS: Final = 2  # digits of a SID: 256 keys
_PATIENCE_S: Final = 180.0


def run() -> Result:
    """Measure all of them."""
    return asyncio.run(_run())


async def _run() -> Result:
    async with stage(PARTITIONS) as here:
        await _fill_keyed(here)
        stock = await asyncio.to_thread(_stock, here)
        quix = await asyncio.to_thread(_quix, here)
        many = await _worker(here, 50, MESSAGES)
    async with stage(PARTITIONS) as here:
        single = await _worker(here, 1, STOCK)
    all_of = {"events": many, "events_1": single, "stock": stock, "quix": quix}
    figures = {name: each.events for name, each in all_of.items()}
    figures |= {f"{name}_cpu_us": each.cpu_seconds * 1e6 for name, each in all_of.items()}
    own = {"": many, "_1": single}
    return Result("peers", figures, dict(_ratios(own, {"stock": stock, "quix": quix})))


def _ratios(
    own: Mapping[str, Counted], peers: Mapping[str, Counted]
) -> Iterator[tuple[str, float]]:
    """How many times a peer's events a second, and events a second of processor time."""
    for peer, its in peers.items():
        for suffix, ours in own.items():
            yield f"{peer}{suffix}", ours.events / its.events
            yield f"{peer}{suffix}_cpu", its.cpu_seconds / ours.cpu_seconds


async def _fill_keyed(here: Stage) -> None:
    servers = here.kafka.bootstrap_servers
    await ensure_topics(here.kafka, Topic(_KEYED, "single events by key", 1))
    producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all")
    await producer.start()
    for key, event in _keyed():
        place = crc32(key) % PARTITIONS
        await producer.send(_KEYED, event, key=key, partition=place)
    await producer.stop()


def _keyed() -> Iterator[tuple[bytes, bytes]]:
    now = int(time.time() * 1000)
    pairs = islice(events(SINGLES, now), SINGLES)
    return ((sid[-_KEYS:].encode(), event) for sid, event in pairs)


def _stock(here: Stage) -> Counted:
    argv = [sys.executable, "-m", "benchmarks.stock_count"]
    return _counted(here, "stock", [*argv, *_place(here, STOCK), str(PARTITIONS)])


def _quix(here: Stage) -> Counted:
    python = _installed(here.folder / "quix")
    argv = [str(python), str(Path(__file__).with_name("quix_count.py"))]
    return _counted(here, "quix", [*argv, *_place(here, SINGLES), str(here.folder / "quix-state")])


def _place(here: Stage, events: int) -> list[str]:
    return [here.kafka.bootstrap_servers, _KEYED, str(events)]


def _installed(folder: Path) -> Path:
    """Make an environment with quixstreams; CalledProcessError where it can't be had."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", QUIX], check=True)  # noqa: S603  ours
    return python


def _counted(here: Stage, name: str, argv: Sequence[str]) -> Counted:
    with (here.folder / f"{name}.log").open("wb") as log:
        done = subprocess.run(  # noqa: S603  our own programs
            argv, stdout=subprocess.PIPE, stderr=log, check=True, timeout=_PATIENCE_S
        )
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Counted)


async def _worker(here: Stage, size: int, messages: int) -> Counted:
    now = int(time.time() * 1000)
    await fill(here, RAW["messaging"], records(messages, now, PARTITIONS, size))
    return await measured(here, len(STATUSES) * messages)
