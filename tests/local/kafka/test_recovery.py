"""A broker of the test's own, killed and started again on the same folder."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from local.kafka.readiness import kafka_ready
from local.kafka.server import KafkaServer
from local.ports import free_ports

RECORDS = [b"record %d" % n for n in range(1_000)]


@asynccontextmanager
async def started(folder: Path) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    server = KafkaServer(folder, *free_ports(2))
    argv = await asyncio.to_thread(server.prepare)
    output = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*argv, stdout=output, stderr=output)
    deadline = time.monotonic() + 60
    try:
        while not await kafka_ready(server.bootstrap):
            assert process.returncode is None
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        yield server.bootstrap, process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def write(bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic("kept", 1, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        sends = [await producer.send("kept", value, partition=0) for value in RECORDS]
        await asyncio.gather(*sends)


async def read(bootstrap: str) -> list[bytes | None]:
    consumer = AIOKafkaConsumer("kept", bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    async with consumer:
        return [(await consumer.getone()).value for _ in RECORDS]


async def test_acknowledged_records_survive_a_kill_and_a_change_of_ports(tmp_path: Path) -> None:
    async with started(tmp_path / "kafka") as (bootstrap, process):
        await write(bootstrap)
        process.kill()
    async with started(tmp_path / "kafka") as (bootstrap, process):
        assert await asyncio.wait_for(read(bootstrap), 30) == RECORDS
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 12) == 143
