"""Deeds on a real broker: told before they are done, and done once, whatever dies."""

import asyncio
import os
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from local.ports import free_port
from tests.processors.runtime.acting import Book, Word

PARTITIONS = 2
PROGRAM = Path(__file__).with_name("acting.py")


@dataclass
class Run:
    """One application on topics of its own, with the file in which it does its jobs."""

    bootstrap: str
    folder: Path
    name: str = field(default_factory=lambda: f"acting-{uuid.uuid4().hex[:8]}")
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def book(self) -> Book:
        return Book(self.folder / "book")

    def start(self) -> subprocess.Popen[bytes]:
        log = (self.folder / f"worker-{len(self.workers)}.log").open("wb")
        topics = [f"{self.name}-in", f"{self.name}-out"]
        arguments = [self.bootstrap, self.name, *topics, str(free_port()), str(self.book.file)]
        worker = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, str(PROGRAM), *arguments], stdout=log, stderr=log
        )
        log.close()
        self.workers.append(worker)
        return worker

    def logs(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    async def done(self, number: int, seconds: float = 60) -> None:
        """Wait until so many lines are in the book."""
        deadline = time.monotonic() + seconds
        while len(self.book.lines()) < number:
            assert time.monotonic() < deadline, (len(self.book.lines()), self.logs())
            await asyncio.sleep(0.02)


@pytest.fixture
async def run(kafka: str, tmp_path: Path) -> AsyncIterator[Run]:
    run = Run(kafka, tmp_path)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    topics = [NewTopic(f"{run.name}-{end}", PARTITIONS, 1) for end in ("in", "out")]
    await admin.create_topics(topics)
    await admin.close()
    yield run
    for worker in run.workers:
        worker.kill()
        worker.wait()


async def produce(run: Run, jobs: list[str], pause: float = 0.0) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=run.bootstrap, acks="all")
    await producer.start()
    for number, job in enumerate(jobs):
        value = msgspec.json.encode([job])
        await producer.send(f"{run.name}-in", value, partition=number % PARTITIONS)
        await asyncio.sleep(pause)
    await producer.stop()


async def said(run: Run, until: set[str], seconds: float = 60) -> dict[tuple[str, int, str], float]:
    """Read what was announced, and first when, until each of these jobs is told as done."""
    consumer = AIOKafkaConsumer(bootstrap_servers=run.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(f"{run.name}-out", number) for number in range(PARTITIONS)])
    found: dict[tuple[str, int, str], float] = {}
    deadline = time.monotonic() + seconds
    while not until <= {job for job, _, state in found if state == "done"}:
        assert time.monotonic() < deadline, (sorted(found), run.logs())
        for records in (await consumer.getmany(timeout_ms=200)).values():
            for record in records:
                for word in msgspec.json.decode(record.value, type=list[Word]):
                    key = (word.job, word.attempt, word.state)
                    found[key] = min(
                        found.get(key, record.timestamp / 1000), record.timestamp / 1000
                    )
    await consumer.stop()
    return found


def check(run: Run, jobs: list[str], found: dict[tuple[str, int, str], float]) -> None:
    done = Counter(job for _, job, _ in run.book.lines())
    assert done == Counter(jobs), run.logs()
    for at, job, attempt in run.book.lines():
        assert found[job, int(attempt), "begun"] <= float(at) + 0.001


async def test_jobs_are_told_then_done_once_over_kills(run: Run) -> None:
    jobs = [f"{'twice' if n % 7 == 0 else 'job'}-{n}" for n in range(240)]
    traffic = asyncio.create_task(produce(run, jobs, pause=0.02))
    for number in (20, 90, 150):
        worker = run.start()
        await run.done(number)
        worker.kill()
        worker.wait()
    run.start()
    await traffic
    check(run, jobs, await said(run, set(jobs)))


async def test_a_paused_owner_does_nothing_its_successor_does(run: Run) -> None:
    first = run.start()
    await produce(run, ["job-0", "job-1"])
    await run.done(2)
    os.kill(first.pid, signal.SIGSTOP)
    jobs = [f"job-{n}" for n in range(40)]
    second = run.start()
    traffic = asyncio.create_task(produce(run, jobs[2:], pause=0.01))
    await run.done(40)
    os.kill(first.pid, signal.SIGCONT)
    await traffic
    second.terminate()
    assert await asyncio.to_thread(second.wait, 20) == 0, run.logs()
    more = [f"job-{n}" for n in range(40, 60)]
    await produce(run, more)
    check(run, [*jobs, *more], await said(run, {*jobs, *more}))
