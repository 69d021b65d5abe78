"""The notifier as a process on a real broker: killed anywhere, it loses no transition."""

import asyncio
import subprocess
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from local.ports import free_port
from pipeline.items.alert import AlertItem
from pipeline.items.alert_delivery import AlertDelivery
from pipeline.records import join
from tests.processors.notifier.channels.receiver import Receiver, receiving
from tests.processors.notifier.stage import alert

PROGRAM = Path(__file__).with_name("program.py")
CONFIG = """
[[channels]]
name = "hook"
type = "webhook"
url = "{url}/hook"
timeout_s = 5

[[channels]]
name = "down"
type = "webhook"
url = "{nowhere}/hook"

[[routes]]
channels = ["hook", "down"]
"""


@dataclass
class Run:
    """One notifier on topics of its own."""

    bootstrap: str
    folder: Path
    receiver: Receiver
    name: str = field(default_factory=lambda: f"notifier-{uuid.uuid4().hex[:8]}")
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> subprocess.Popen[bytes]:
        log = (self.folder / f"worker-{len(self.workers)}.log").open("wb")
        config = self.folder / "notifier.toml"
        nowhere = f"http://127.0.0.1:{free_port()}"
        config.write_text(CONFIG.format(url=self.receiver.url, nowhere=nowhere))
        arguments = [self.bootstrap, self.name, str(free_port()), str(config)]
        worker = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, str(PROGRAM), *arguments], stdout=log, stderr=log
        )
        log.close()
        self.workers.append(worker)
        return worker

    def logs(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    async def say(self, *items: AlertItem) -> None:
        producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap, acks="all")
        await producer.start()
        for item in items:
            value = join([msgspec.json.encode(item)])
            await producer.send(f"{self.name}-alerts", value, partition=0)
        await producer.stop()

    async def got(self, requests: int, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while len(self.receiver.got) < requests:
            assert time.monotonic() < deadline, (len(self.receiver.got), self.logs())
            await asyncio.sleep(0.01)

    def heard(self) -> dict[str, list[tuple[str, str]]]:
        """What reached the receiver by incident: (transition, id of the delivery)."""
        found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for got in self.receiver.got:
            found[got.json["key"]].append((got.json["transition"], got.json["id"]))
        return found


@pytest.fixture
async def run(kafka: str, tmp_path: Path) -> AsyncIterator[Run]:
    async with receiving() as receiver:
        run = Run(kafka, tmp_path, receiver)
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
        await admin.start()
        topics = [NewTopic(f"{run.name}-{end}", 1, 1) for end in ("alerts", "deliveries")]
        await admin.create_topics(topics)
        await admin.close()
        yield run
        for worker in run.workers:
            worker.kill()
            worker.wait()


async def deliveries(run: Run, until: Sequence[str], seconds: float = 60) -> list[AlertDelivery]:
    """Read what was told until these deliveries are told as sent."""
    consumer = AIOKafkaConsumer(bootstrap_servers=run.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(f"{run.name}-deliveries", 0)])
    found: list[AlertDelivery] = []
    deadline = time.monotonic() + seconds
    while not set(until) <= {each.id for each in found if each.state == "sent"}:
        assert time.monotonic() < deadline, ([(each.id, each.state) for each in found], run.logs())
        for records in (await consumer.getmany(timeout_ms=200)).values():
            for record in records:
                found += msgspec.json.decode(record.value, type=list[AlertDelivery])
    await consumer.stop()
    return found


async def test_killed_between_record_and_send_it_loses_nothing_and_repeats_alike(run: Run) -> None:
    names = [f"i{number}" for number in range(12)]
    run.receiver.delay_s = 0.15  # kills fall between a call and its answer
    for number, part in enumerate((names[:4], names[4:8], names[8:])):
        worker = run.start()
        await run.say(*[alert(name=name) for name in part])
        await run.got(len(run.receiver.got) + 1 + number % 2)
        worker.kill()
        worker.wait()
    run.start()
    told = await deliveries(run, [f"{name}/1/hook" for name in names])
    await run.say(*[alert("resolved", 2, name=name) for name in names])
    told = await deliveries(run, [f"{name}/2/hook" for name in names])
    heard = run.heard()
    assert heard.keys() == set(names)
    for name in names:
        *first, last = heard[name]
        assert set(first) == {("firing", f"{name}/1/hook")}  # once, or again under the same key
        assert last == ("resolved", f"{name}/2/hook")
    repeats = sum(len(each) for each in heard.values()) - 2 * len(names)
    assert 1 <= repeats <= 12, run.logs()
    down = [each for each in told if each.channel == "down"]
    assert {each.state for each in down} <= {"pending", "suppressed"}  # it held nobody
    assert {each.reason for each in down if each.attempts and each.state == "pending"} >= {
        "can't connect"
    }


async def test_stopped_kindly_it_keeps_the_answer_it_waits_for(run: Run) -> None:
    run.receiver.delay_s = 1.0
    worker = run.start()
    await run.say(alert())
    await run.got(1)
    worker.terminate()
    assert await asyncio.to_thread(worker.wait, 20) == 0, run.logs()
    (sent,) = [each for each in await deliveries(run, ["i1/1/hook"]) if each.state == "sent"]
    assert (sent.attempts, sent.dedup_key) == (1, "i1")
