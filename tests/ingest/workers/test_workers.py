"""Several workers as operators run them: one is killed under load, and nothing is lost."""

import asyncio
import os
import re
import signal
from pathlib import Path

import aiohttp
import msgspec

from ingest.coalescer import Record
from ingest.spool.station import SpoolStation
from local.ports import free_port
from pipeline.settings import KafkaSettings, SpoolSettings, load
from pipeline.topics import RAW
from tests.ingest.test_process import ingest_process, sender
from tests.ingest.topic_reader import TopicReader
from tests.ingest.twilio_like import Sender, message_event

SENDERS = 16
OF_A_WORKER = re.compile(
    r'^twilio_ingest_requests_total\{reason="ok",status="200",worker="(\d)"\} [1-9]',
    re.MULTILINE,
)


class Away:
    """A Kafka that is not there."""

    problem: str | None = "away"

    async def send(self, record: Record) -> asyncio.Future[None]:
        raise AssertionError(f"{record.topic} should be spooled")


async def leave_behind(folder: Path, event: bytes) -> None:
    """A spool as a worker leaves it that was there when there were more of them."""
    station = SpoolStation(load(SpoolSettings, directory=str(folder)), Away(), lambda: 1)
    record = Record(RAW["messaging"], 0, b"[%b]" % event, [("events", b"1")], 1)
    await (await station.relay.send(record))
    await station.close()


async def post_all_along(port: int, accepted: list[bytes], end: asyncio.Event) -> None:
    """One event after the other, each on a connection of its own until it is taken."""
    while not end.is_set():
        event = message_event()
        while not await taken(port, event):  # noqa: ASYNC110  Twilio tries again in time
            await asyncio.sleep(0.02)
        accepted.append(event)


async def taken(port: int, event: bytes) -> bool:
    try:
        async with sender(port) as twilio:
            return (await twilio.post(event)).status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


async def all_ready(overview: Sender) -> None:
    async with asyncio.timeout(60):
        while not (await overview.get("/readyz")).reason.startswith("2 of 2"):  # noqa: ASYNC110  other processes
            await asyncio.sleep(0.05)


async def both_have_taken(overview: Sender) -> None:
    async with asyncio.timeout(60):
        while len(OF_A_WORKER.findall((await overview.get("/metrics")).reason)) < 2:  # noqa: ASYNC110  other processes
            await asyncio.sleep(0.05)


async def drained(overview: Sender) -> None:
    empty = [f'twilio_ingest_spool_records{{worker="{number}"}} 0.0' for number in range(2)]
    async with asyncio.timeout(60):
        while not set(empty) <= set((await overview.get("/metrics")).reason.splitlines()):  # noqa: ASYNC110  other processes
            await asyncio.sleep(0.05)


def workers_of(parent: int) -> set[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii")
    return set(map(int, children.split()))


async def test_a_killed_worker_is_replaced_and_nothing_is_lost(
    broker: KafkaSettings, reader: TopicReader, tmp_path: Path
) -> None:
    port, metrics_port, accepted, end = free_port(), free_port(), list[bytes](), asyncio.Event()
    left = message_event()
    await leave_behind(tmp_path / "spool" / "worker-5", left)
    more = {
        "TWILIO_PIPELINE_INGEST_WORKERS": "2",
        "TWILIO_PIPELINE_INGEST_METRICS_PORT": str(metrics_port),
        "TWILIO_PIPELINE_SPOOL_DIRECTORY": str(tmp_path / "spool"),
    }
    with ingest_process(broker.bootstrap_servers, tmp_path / "log", port, **more) as parent:
        async with sender(metrics_port) as overview:
            await all_ready(overview)
            async with asyncio.TaskGroup() as group:
                for _ in range(SENDERS):
                    group.create_task(post_all_along(port, accepted, end))
                await both_have_taken(overview)
                before = workers_of(parent.pid)
                os.kill(min(before), signal.SIGKILL)
                async with asyncio.timeout(60):
                    while len(workers_of(parent.pid) - before) < 1:  # noqa: ASYNC110  other processes
                        await asyncio.sleep(0.05)
                await all_ready(overview)
                await both_have_taken(overview)
                end.set()
            await drained(overview)
            parent.terminate()
            assert await asyncio.to_thread(parent.wait, 30) == 0
    assert not alive(before)
    records = await reader.new(RAW["messaging"])
    elements = msgspec.json.Decoder(list[msgspec.Raw])
    stored = {bytes(raw) for each in records for raw in elements.decode(each.value)}
    assert stored >= {*accepted, left}
    assert not list((tmp_path / "spool" / "worker-5").glob("*.spool"))
    assert "a worker ended" in (tmp_path / "log").read_text()


def alive(pids: set[int]) -> set[int]:
    """Those that are still there."""
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


async def test_workers_end_with_their_parent_however_it_ends(
    broker: KafkaSettings, tmp_path: Path
) -> None:
    port, metrics_port = free_port(), free_port()
    more = {
        "TWILIO_PIPELINE_INGEST_WORKERS": "2",
        "TWILIO_PIPELINE_INGEST_METRICS_PORT": str(metrics_port),
    }
    with ingest_process(broker.bootstrap_servers, tmp_path / "log", port, **more) as parent:
        async with sender(metrics_port) as overview:
            await all_ready(overview)
        async with sender(port) as shared:
            answer = await shared.get("/metrics")
        assert answer.status == 404
        assert answer.reason.endswith(f"the metrics of all are at 127.0.0.1:{metrics_port}/metrics")
        workers = workers_of(parent.pid)
        assert len(workers) == 2
        parent.kill()
        async with asyncio.timeout(30):
            while alive(workers):  # noqa: ASYNC110  other processes
                await asyncio.sleep(0.05)
