"""A stage for one benchmark: a broker of its own, topics filled with records, child processes."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import msgspec
from aiokafka import AIOKafkaProducer

from local.kafka.readiness import kafka_ready
from local.kafka.server import KafkaServer
from local.ports import free_port
from pipeline.records import RecordInfo, raw_headers
from pipeline.settings import KafkaSettings, load
from pipeline.topics import ensure_topics

START_SECONDS = 60.0


class Stage(msgspec.Struct, frozen=True):
    """A running broker and a folder that goes away with it."""

    kafka: KafkaSettings
    folder: Path


@asynccontextmanager
async def stage(partitions: int) -> AsyncIterator[Stage]:
    """Start a broker, create the product's topics, and take everything away at the end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = KafkaServer(folder / "kafka", free_port(), free_port())
        kafka = load(KafkaSettings, bootstrap_servers=server.bootstrap, partitions=partitions)
        with child(server.prepare(), {}, folder / "kafka.log"):
            await until(lambda: asyncio.run(kafka_ready(server.bootstrap)), "Kafka")
            await ensure_topics(kafka)
            yield Stage(kafka, folder)


@contextmanager
def child(
    argv: Iterable[str], environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of ours while the block lasts."""
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  our own programs
            list(argv), env={**os.environ, **environment}, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def part(name: str) -> list[str]:
    """Give the argv of one of the product's own processes."""
    return [sys.executable, "-m", "pipeline.cli.main", name]


async def until(
    condition: Callable[[], bool], what: str, seconds: float = START_SECONDS, every: float = 0.02
) -> None:
    """Look in a thread until it holds; TimeoutError names what did not."""
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(condition):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} was not ready within {seconds:.0f} s")
        await asyncio.sleep(every)


async def fill(stage: Stage, topic: str, records: Iterable[tuple[int, bytes]]) -> None:
    """Produce (partition, value) records with the headers of the ingress."""
    servers = stage.kafka.bootstrap_servers
    producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all", max_request_size=2**24)
    await producer.start()
    now = int(time.time() * 1000)
    headers = raw_headers(RecordInfo(now, "benchmark", 0))
    for partition, value in records:
        await producer.send(topic, value, partition=partition, headers=headers)
    await producer.stop()
