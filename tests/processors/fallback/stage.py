"""Fallbacks as processes on a real broker, with a stand-in for Twilio that outlives them."""

import asyncio
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from local.ports import free_port
from local.twilio_api.verifications import Sending
from pipeline.cli.exits import Exit
from pipeline.cli.fallback import switch
from pipeline.cli.main import run
from pipeline.items.fallback_step import FallbackStep
from pipeline.items.outcome import Outcome
from pipeline.records import join
from tests.processors.fallback.program import TOKEN, names_of
from tests.processors.fallback.world import SERVICE, outcome

PROGRAM = Path(__file__).with_name("program.py")
ACCOUNT = "AC" + "1" * 32
DEADLINE_S = 90.0
POLICY = """
dry_run = false
[[policies]]
name = "p"
product = "verify"
when.permanent = [{ do = "verify", channel = "call", after_s = 0.3 }]
when.other = [{ do = "verify", channel = "call", after_s = 60 }]
budget = { per_number = 5, per_prefix = 1000000, per_service = 1000000 }
"""


@dataclass
class Stage:
    """One application on topics of its own."""

    bootstrap: str
    folder: Path
    api: str
    http: aiohttp.ClientSession
    producer: AIOKafkaProducer
    consumer: AIOKafkaConsumer
    name: str
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    told: dict[str, FallbackStep] = field(default_factory=dict)

    def start(self) -> subprocess.Popen[bytes]:
        policy = self.folder / "policy.toml"
        policy.write_text(POLICY)
        arguments = [self.bootstrap, self.name, str(free_port()), str(policy), self.api, ACCOUNT]
        with (self.folder / f"worker-{len(self.workers)}.log").open("wb") as log:
            worker = subprocess.Popen(  # noqa: S603  our own program
                [sys.executable, str(PROGRAM), *arguments], stdout=log, stderr=log
            )
        self.workers.append(worker)
        return worker

    def logs(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("worker-*.log")))

    async def order(self, command: str) -> None:
        """Type ``twilio-pipeline fallback COMMAND``; Kafka is all that it is told of."""
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("TWILIO_PIPELINE_CLICKHOUSE_URL", raising=False)
            patch.setenv("TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS", self.bootstrap)
            patch.setattr(switch, "FALLBACK_CONTROL", names_of(self.name).control)
            code = await asyncio.to_thread(run, ["fallback", command, "--by", "a test"])
        assert code == Exit.OK

    async def fail(self, *numbers: int, error_class: str = "permanent") -> None:
        """Let codes of verifications that Twilio knows come to grief now, each to its number."""
        for number in numbers:
            now = int(time.time() * 1000)
            told = msgspec.structs.replace(
                outcome(number, error_class=error_class, sent_at=now - 1_000, after_ms=1_000),
                to=f"+5511{number:09d}",
                verification_started_at=now - 1_000,
            )
            await self._known(told)
            value = join([msgspec.json.encode(told)])
            await self.producer.send(names_of(self.name).outcomes, value, partition=0)

    async def _known(self, about: Outcome) -> None:
        first = Sending(about.subject_sid, "sms", about.sent_at)
        about_it = {
            "sid": about.verification_sid,
            "account_sid": ACCOUNT,
            "service_sid": SERVICE,
            "to": about.to,
            "created": about.sent_at,
            "sendings": [first],
        }
        await self.tell_twilio("verifications", about_it)

    async def tell_twilio(self, what: str, about: dict[str, Any]) -> None:
        url = f"{self.api}/_control/{what}"
        async with self.http.post(url, data=msgspec.json.encode(about)) as response:
            assert response.status == 204, await response.text()

    async def calls(self) -> Counter[str]:
        """How often Twilio has sent a code, by verification."""
        async with self.http.get(f"{self.api}/_control/effects") as response:
            return Counter(effect["verification_sid"] for effect in await response.json())

    async def made(self, number: int) -> None:
        deadline = time.monotonic() + DEADLINE_S
        while (await self.calls()).total() < number:
            assert time.monotonic() < deadline, (await self.calls(), self.logs())
            await asyncio.sleep(0.02)

    async def hear(self, enough: Callable[[set[tuple[str, str]]], bool]) -> None:
        """Read what is told until it is enough: (state, verification)."""
        deadline = time.monotonic() + DEADLINE_S
        while not enough({(step.state, step.verification_sid) for step in self.told.values()}):
            assert time.monotonic() < deadline, (self.states(), self.logs())
            for records in (await self.consumer.getmany(timeout_ms=100)).values():
                for record in records:
                    self._read(msgspec.json.decode(record.value, type=list[FallbackStep]))

    def _read(self, steps: Iterable[FallbackStep]) -> None:
        for step in steps:
            assert self.told.setdefault(step.id, step) == step  # what is repeated is the same

    def states(self) -> Counter[tuple[str, str]]:
        return Counter((step.state, step.reason) for step in self.told.values())


@asynccontextmanager
async def staged(bootstrap: str, folder: Path) -> AsyncIterator[Stage]:
    """Make topics, and Twilio as a process of its own."""
    name = f"fallback-{uuid.uuid4().hex[:8]}"
    names = names_of(name)
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1) for topic in (*names.sources, names.told)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await producer.start()
    await consumer.start()
    consumer.assign([TopicPartition(names.told, 0)])
    twilio = subprocess.Popen(  # noqa: S603, ASYNC220  our own program; it says one line at once
        [sys.executable, "-m", "local.twilio_api", "--journal", str(folder / "journal")],
        stdout=subprocess.PIPE,
    )
    assert twilio.stdout
    api = twilio.stdout.readline().decode().strip()
    async with aiohttp.ClientSession() as http:
        stage = Stage(bootstrap, folder, api, http, producer, consumer, name)
        account = {"sid": ACCOUNT, "token": TOKEN, "keys": {}, "verify_services": [SERVICE]}
        await stage.tell_twilio("accounts", account)
        yield stage
    for process in (*stage.workers, twilio):
        process.kill()
        process.wait()
    twilio.stdout.close()
    await consumer.stop()
    await producer.stop()
