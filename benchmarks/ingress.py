"""The ingress: signed posts a second, acknowledged by a real broker with acks from all replicas.

Yardstick, in the same run under the same load: ``bare`` (and ``bare_50`` for posts of 50 events)
is an aiohttp handler on uvloop that only reads the body and answers.
"""

import asyncio
import sys
import urllib.request
from typing import Final

import msgspec

from benchmarks.load import Load
from benchmarks.posts import AUTH_TOKEN, PUBLIC_URL
from benchmarks.result import Result
from benchmarks.stage import Stage, child, part, stage, until
from local.ports import free_port

PARTITIONS: Final = 4
CONNECTIONS: Final = 64
WARM_SECONDS: Final = 2
SECONDS: Final = 8
BATCH: Final = 50


def run() -> Result:
    """Measure both servers with single events and with batches."""
    return asyncio.run(_run())


async def _run() -> Result:
    async with stage(PARTITIONS) as here:
        single, batch = await _ingress(here)
        bare, bare_batch = await _bare(here)
    figures = {
        "posts": single.requests_per_s,
        "p50_ms": single.p50_ms,
        "p99_ms": single.p99_ms,
        "bare_posts": bare.requests_per_s,
        "bare_p99_ms": bare.p99_ms,
        "posts_50": batch.requests_per_s,
        "events_50": batch.requests_per_s * BATCH,
        "p99_50_ms": batch.p99_ms,
        "bare_posts_50": bare_batch.requests_per_s,
    }
    ratios = {
        "bare": single.requests_per_s / bare.requests_per_s,
        "bare_50": batch.requests_per_s / bare_batch.requests_per_s,
    }
    return Result("ingress", figures, ratios)


async def _ingress(here: Stage) -> tuple[Load, Load]:
    port = free_port()
    environment = {
        "TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS": here.kafka.bootstrap_servers,
        "TWILIO_PIPELINE_INGEST_PORT": str(port),
        "TWILIO_PIPELINE_INGEST_PUBLIC_URL": PUBLIC_URL,
        "TWILIO_PIPELINE_INGEST_AUTH_TOKENS": AUTH_TOKEN,
    }
    with child(part("ingest"), environment, here.folder / "ingest.log"):
        return await _both(port)


async def _bare(here: Stage) -> tuple[Load, Load]:
    port = free_port()
    argv = [sys.executable, "-m", "benchmarks.bare", str(port)]
    with child(argv, {}, here.folder / "bare.log"):
        return await _both(port)


async def _both(port: int) -> tuple[Load, Load]:
    await until(lambda: _ready(port), "the server")
    return await _load(port, 1), await _load(port, BATCH)


async def _load(port: int, events_each: int) -> Load:
    """Run the load generator as a process; RuntimeError when a post was not answered 200."""
    numbers = (port, events_each, CONNECTIONS, WARM_SECONDS, SECONDS)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.load", *map(str, numbers), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    load = msgspec.json.decode(output, type=Load)
    if load.failures:
        raise RuntimeError(f"{load.failures} posts were not answered 200")
    return load


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004  HTTP's own number
    except OSError:
        return False
