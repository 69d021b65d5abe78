"""The ingress as operators run it: a process, with a broker of its own that may go away."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import msgspec
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from local.kafka.readiness import kafka_ready
from local.kafka.server import KafkaServer
from local.ports import free_port
from pipeline.records import partition_of
from pipeline.settings import KafkaSettings, load
from pipeline.topics import MAX_MESSAGE_BYTES, RAW, ensure_topics
from tests.ingest.conftest import partitions_of
from tests.ingest.topic_reader import reading
from tests.ingest.twilio_like import ORIGIN, PATH, TOKEN, Answered, Sender, message_event

PHONE = "+15557654321"
BODY_TEXT = "your code is 918273"
ELEMENTS = list[msgspec.Raw]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """A broker that these tests may stop: its address and its process id."""
    folder = tmp_path_factory.mktemp("own-kafka")
    server = KafkaServer(folder, free_port(), free_port())

    with child(server.prepare(), {}, folder / "kafka.log") as process:
        asyncio.run(_until_it_answers(server.bootstrap))
        yield server.bootstrap, process.pid


async def _until_it_answers(bootstrap: str) -> None:
    async with asyncio.timeout(60):
        while not await kafka_ready(bootstrap):  # noqa: ASYNC110  another process has no event
            await asyncio.sleep(0.05)


@contextmanager
def child(
    argv: Sequence[str], environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A program of ours while the block lasts."""
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603  our own programs
            argv, env={**os.environ, **environment}, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def ingest_process(
    bootstrap: str, log: Path, port: int, **more: str
) -> Iterator[subprocess.Popen[bytes]]:
    """``twilio-pipeline ingest`` with its output in a file."""
    environment = {
        "TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS": bootstrap,
        "TWILIO_PIPELINE_INGEST_PORT": str(port),
        "TWILIO_PIPELINE_INGEST_PUBLIC_URL": f"{ORIGIN}{PATH}",
        "TWILIO_PIPELINE_INGEST_AUTH_TOKENS": TOKEN,
        **more,
    }
    argv = [sys.executable, "-m", "pipeline.cli.main", "ingest"]
    with child(argv, environment, log) as process:
        yield process


@asynccontextmanager
async def sender(port: int) -> AsyncIterator[Sender]:
    """A sender that gives up when Twilio would."""
    timeout = aiohttp.ClientTimeout(total=5)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield Sender(session, f"http://127.0.0.1:{port}")


async def test_not_ready_until_the_topics_exist_and_then_by_itself(
    broker: tuple[str, int], tmp_path: Path
) -> None:
    bootstrap, _ = broker
    port = free_port()
    with ingest_process(bootstrap, tmp_path / "log", port):
        async with sender(port) as twilio:
            reason = await twilio.until("/readyz", 503)
            while reason != "topic twilio.messaging does not exist":
                reason = (await twilio.get("/readyz")).reason
            assert await twilio.post(message_event()) == Answered(503, "kafka_away")
            await ensure_topics(load(KafkaSettings, bootstrap_servers=bootstrap))
            await twilio.until_ready()
            assert (await twilio.post(message_event())).status == 200


async def test_a_frozen_broker_means_503_in_time_and_recovery_without_a_restart(
    broker: tuple[str, int], tmp_path: Path
) -> None:
    bootstrap, broker_pid = broker
    await ensure_topics(load(KafkaSettings, bootstrap_servers=bootstrap))
    port = free_port()
    with ingest_process(bootstrap, tmp_path / "log", port):
        async with sender(port) as twilio:
            await twilio.until_ready()
            os.kill(broker_pid, signal.SIGSTOP)
            try:
                assert await twilio.post(message_event()) == Answered(503, "kafka_late")
                assert await twilio.until("/readyz", 503) == "Kafka does not answer"
                assert await twilio.post(message_event()) == Answered(503, "kafka_away")
            finally:
                os.kill(broker_pid, signal.SIGCONT)
            await twilio.until_ready()
            assert (await twilio.post(message_event())).status == 200


async def test_a_producer_whose_sequence_broke_is_renewed(
    broker: tuple[str, int], tmp_path: Path
) -> None:
    bootstrap, _ = broker
    await ensure_topics(load(KafkaSettings, bootstrap_servers=bootstrap))
    port, log = free_port(), tmp_path / "log"
    small = message_event("CA1", "com.twilio.voice.x")
    large = message_event("CA1", "com.twilio.voice.x", text="x" * 5000)
    with ingest_process(bootstrap, log, port):
        async with sender(port) as twilio:
            await twilio.until_ready()
            assert (await twilio.post(small)).status == 200
            await limit_messages(bootstrap, RAW["voice"], 2000)
            assert await twilio.post(large) == Answered(503, "kafka_failed")
            await limit_messages(bootstrap, RAW["voice"], MAX_MESSAGE_BYTES)
            async with asyncio.timeout(30):
                while (await twilio.post(large)).status != 200:
                    pass
    assert "the Kafka producer is being renewed" in log.read_text()


async def test_new_partitions_are_used_without_a_restart(
    broker: tuple[str, int], tmp_path: Path
) -> None:
    bootstrap, _ = broker
    await ensure_topics(load(KafkaSettings, bootstrap_servers=bootstrap))
    count = await partitions_of(bootstrap, RAW["other"])
    sid = next(str(n) for n in range(999) if partition_of(str(n), count + 1) == count)
    event, port = message_event(sid, "com.twilio.studio.x"), free_port()
    with ingest_process(bootstrap, tmp_path / "log", port):
        async with sender(port) as twilio, reading(bootstrap) as reader:
            await twilio.until_ready()
            admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
            await admin.start()
            await admin.create_partitions({RAW["other"]: NewPartitions(count + 1)})
            await admin.close()
            await reader.mark([RAW["other"]])
            found: set[int] = set()
            async with asyncio.timeout(30):
                while count not in found:
                    assert (await twilio.post(event)).status == 200
                    found = {each.partition for each in await reader.new(RAW["other"])}


async def limit_messages(bootstrap: str, topic: str, size: int) -> None:
    """Change how large a message the topic takes."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    resource = ConfigResource(ConfigResourceType.TOPIC, topic, {"max.message.bytes": str(size)})
    await admin.alter_configs([resource])
    await admin.close()


async def test_sigterm_finishes_what_was_begun(broker: tuple[str, int], tmp_path: Path) -> None:
    bootstrap, broker_pid = broker
    await ensure_topics(load(KafkaSettings, bootstrap_servers=bootstrap))
    port, events = free_port(), [message_event() for _ in range(50)]
    async with reading(bootstrap) as reader:
        with ingest_process(bootstrap, tmp_path / "log", port) as process:
            async with sender(port) as twilio, asyncio.TaskGroup() as group:
                await twilio.until_ready()
                os.kill(broker_pid, signal.SIGSTOP)
                try:
                    posts = [group.create_task(twilio.post(event)) for event in events]
                    await all_received(twilio, len(b"".join(events)))
                    process.terminate()
                finally:
                    os.kill(broker_pid, signal.SIGCONT)
            assert {post.result().status for post in posts} == {200}
            assert await asyncio.to_thread(process.wait, 15) == 0
        records = await reader.new(RAW["messaging"])
    stored = [raw for each in records for raw in msgspec.json.decode(each.value, type=ELEMENTS)]
    assert sorted(map(bytes, stored)) == sorted(events)


async def all_received(twilio: Sender, size: int) -> None:
    """Wait until the ingress holds so many bytes that are not acknowledged yet."""
    gauge = f"twilio_ingest_unacked_bytes {size:.1f}"
    async with asyncio.timeout(20):
        while gauge not in (await twilio.get("/metrics")).reason:  # noqa: ASYNC110  a metric has no event
            await asyncio.sleep(0.01)


def test_a_port_in_use_is_one_line(broker: tuple[str, int], tmp_path: Path) -> None:
    log = tmp_path / "log"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with ingest_process(broker[0], log, port) as process:
            assert process.wait(30) == 2
    (line,) = log.read_text().splitlines()
    assert line.startswith(f"twilio-pipeline: 127.0.0.1:{port} is in use; stop what uses it")


async def test_logs_tell_reasons_and_no_personal_data(
    broker: tuple[str, int], tmp_path: Path
) -> None:
    bootstrap, _ = broker
    await ensure_topics(load(KafkaSettings, bootstrap_servers=bootstrap))
    port, log = free_port(), tmp_path / "log"
    event = message_event(to=PHONE, body=BODY_TEXT)
    with ingest_process(bootstrap, log, port, TWILIO_PIPELINE_LOG_LEVEL="DEBUG") as process:
        async with sender(port) as twilio:
            await twilio.until_ready()
            assert (await twilio.post(event)).status == 200
            assert (await twilio.post(b"[%b,5]" % event)).status == 200
            assert (await twilio.post(b"not json " + event)).status == 400
            assert (await twilio.post(event, signature="forged")).status == 403
            pages = [(await twilio.get(path)).reason for path in ("/metrics", "/readyz")]
        process.terminate()
        assert await asyncio.to_thread(process.wait, 15) == 0
    text = log.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    refused = [(x["status"], x["reason"]) for x in lines if x["event"] == "request refused"]
    assert refused == [(400, "not_json"), (403, "wrong_signature")]
    for secret in (TOKEN, PHONE, BODY_TEXT, "918273"):
        assert secret not in text
        assert not any(secret in page for page in pages)
