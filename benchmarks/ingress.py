"""The ingress: signed posts a second, acknowledged by a real broker with acks from all replicas.

Yardsticks, in the same run under the same load: ``bare`` (and ``bare_50`` for posts of 50 events)
is an aiohttp handler on uvloop that only reads the body and answers; ``naive`` is what a tutorial
would do: Twilio's validator, the json module, and one awaited send for each event. Every figure
and ratio is the median of several rounds, in each of which all are measured.
"""

import asyncio
import statistics
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec

from benchmarks.load import Load
from benchmarks.posts import AUTH_TOKEN, PUBLIC_URL
from benchmarks.result import Result
from benchmarks.stage import Stage, child, part, stage, until
from local.ports import free_port

PARTITIONS: Final = 4
CONNECTIONS: Final = 64
ROUNDS: Final = 3
WARM_SECONDS: Final = 2
SECONDS: Final = 5
BATCH: Final = 50
LARGE: Final = 1000
_EVENTS: Final = 'twilio_ingest_events_total{product="messaging"}'


def run() -> Result:
    """Measure all servers with single events and with batches."""
    return asyncio.run(_run())


async def _run() -> Result:
    async with stage(PARTITIONS) as here:
        rounds = [await _round(here) for _ in range(ROUNDS)]
    return Result(
        "ingress",
        _medians([each.figures for each in rounds]),
        _medians([each.ratios for each in rounds]),
    )


def _medians(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}


async def _round(here: Stage) -> Result:
    single, batch, large = await _ingress(here)
    bare, bare_batch = await _yardstick(here, "bare")
    naive, naive_batch = await _yardstick(here, "naive")
    figures = {
        "posts": single.load.requests_per_s,
        "p50_ms": single.load.p50_ms,
        "p99_ms": single.load.p99_ms,
        "cpu_us_per_event": single.cpu_us_per_event,
        "bare_posts": bare.requests_per_s,
        "bare_p99_ms": bare.p99_ms,
        "naive_posts": naive.requests_per_s,
        "naive_p99_ms": naive.p99_ms,
        "posts_50": batch.load.requests_per_s,
        "events_50": batch.load.requests_per_s * BATCH,
        "p99_50_ms": batch.load.p99_ms,
        "cpu_us_per_event_50": batch.cpu_us_per_event,
        "bare_posts_50": bare_batch.requests_per_s,
        "naive_events_50": naive_batch.requests_per_s * BATCH,
        "events_1000": large.load.requests_per_s * LARGE,
        "p99_1000_ms": large.load.p99_ms,
    }
    ratios = {
        "bare": single.load.requests_per_s / bare.requests_per_s,
        "bare_p99": single.load.p99_ms / bare.p99_ms,
        "bare_50": batch.load.requests_per_s / bare_batch.requests_per_s,
        "naive": single.load.requests_per_s / naive.requests_per_s,
        "naive_50": batch.load.requests_per_s / naive_batch.requests_per_s,
    }
    return Result("ingress", figures, ratios)


class Measured(msgspec.Struct, frozen=True):
    """A load on the ingress, and the CPU time each event took there."""

    load: Load
    cpu_us_per_event: float


async def _ingress(here: Stage) -> list[Measured]:
    with ingress(here) as port:
        await until(lambda: _ready(port), "the ingress")
        return [await _measured(port, events_each) for events_each in (1, BATCH, LARGE)]


@contextmanager
def ingress(here: Stage) -> Iterator[int]:
    """Run the product's ingress while the block lasts; its port."""
    port = free_port()
    environment = {
        "TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS": here.kafka.bootstrap_servers,
        "TWILIO_PIPELINE_INGEST_PORT": str(port),
        "TWILIO_PIPELINE_INGEST_PUBLIC_URL": PUBLIC_URL,
        "TWILIO_PIPELINE_INGEST_AUTH_TOKENS": AUTH_TOKEN,
    }
    with child(part("ingest"), environment, here.folder / "ingest.log"):
        yield port


async def _measured(port: int, events_each: int) -> Measured:
    before = await asyncio.to_thread(read_metrics, port)
    load = await run_load(port, events_each)
    after = await asyncio.to_thread(read_metrics, port)
    seconds = after["process_cpu_seconds_total"] - before["process_cpu_seconds_total"]
    events = after[_EVENTS] - before.get(_EVENTS, 0.0)
    return Measured(load, seconds / events * 1e6)


async def _yardstick(here: Stage, name: str) -> tuple[Load, Load]:
    port = free_port()
    argv = [sys.executable, "-m", f"benchmarks.{name}", str(port), here.kafka.bootstrap_servers]
    with child(argv, {}, here.folder / f"{name}.log"):
        await until(lambda: _ready(port), name)
        return await run_load(port, 1), await run_load(port, BATCH)


async def run_load(
    port: int, events_each: int, seconds: float = SECONDS, rate: float = 0.0
) -> Load:
    """Run the load generator as a process; RuntimeError when a post was not answered 200."""
    numbers = (port, events_each, CONNECTIONS, WARM_SECONDS, seconds, rate)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.load", *map(str, numbers), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    load = msgspec.json.decode(output, type=Load)
    if load.failures:
        raise RuntimeError(f"{load.failures} posts were not answered 200")
    return load


def read_metrics(port: int) -> dict[str, float]:
    """The ingress's metrics by name and labels; memory and CPU time are among them."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004  HTTP's own number
    except OSError:
        return False
