"""One event is followed from the request over Kafka and the processor into ClickHouse."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import uuid
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import aiohttp
from pydantic import SecretStr

from ingest.app import build
from local.ports import free_port
from pipeline.settings import (
    ClickHouseSettings,
    IngestSettings,
    KafkaSettings,
    PrivacySettings,
    SinkSettings,
    load,
)
from pipeline.topics import RAW, WINDOWS, ensure_topics
from sinks.run import SinkConfig, configured, worker
from tests.ingest.twilio_like import ORIGIN, PATH, TOKEN, Sender, signature_of, signed_target
from tests.sinks.events import message
from tests.sinks.otlp import Collector, Told, collecting
from tests.sinks.stand import HASH_KEY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    import pytest

TRACE = "0af7651916cd43dd8448eb211c80319c"
STATUSES = ("queued", "sent")
SENT = f"send {RAW['messaging']}"
READ = f"process {RAW['messaging']}"
UNCHANGED = {name: "" for name in os.environ if name.startswith("OTEL_")}


@contextmanager
def lifecycle(kafka: str, collector: Collector, log: Path) -> Iterator[str]:
    """The real processor, told by the environment where spans go; gives where it tells metrics."""
    port = free_port()
    told = {
        "TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS": kafka,
        "TWILIO_PIPELINE_LIFECYCLE_APP_ID": f"lifecycle-{uuid.uuid4().hex}",
        "TWILIO_PIPELINE_LIFECYCLE_METRICS_PORT": str(port),
        **spans_to(collector),
    }
    with log.open("ab") as output:
        process = subprocess.Popen(
            (sys.executable, "-m", "pipeline.cli.main", "lifecycle"),
            env={**os.environ, **told},
            stdout=output,
            stderr=output,
        )
    try:
        yield f"http://127.0.0.1:{port}/metrics"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def spans_to(collector: Collector) -> dict[str, str]:
    return UNCHANGED | {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }


@asynccontextmanager
async def ingress(kafka: KafkaSettings) -> AsyncIterator[Sender]:
    settings = load(IngestSettings, public_url=f"{ORIGIN}{PATH}", auth_tokens=TOKEN)
    serving = build(settings, kafka)
    try:
        port = await serving.start("127.0.0.1", 0)
        async with aiohttp.ClientSession() as session:
            sender = Sender(session, f"http://127.0.0.1:{port}")
            await sender.until_ready()
            yield sender
    finally:
        await serving.stop()


@asynccontextmanager
async def sink(kafka: KafkaSettings, database: ClickHouseSettings) -> AsyncIterator[None]:
    """What loads the messages and their windows."""
    known = configured(
        kafka,
        database,
        load(SinkSettings, group_id=f"sink-{uuid.uuid4().hex}", batch_seconds=0.05),
        load(PrivacySettings, hash_key=SecretStr(HASH_KEY)),
    )
    topics = {topic: known.by_topic[topic] for topic in (RAW["messaging"], WINDOWS)}
    config = SinkConfig(known.kafka, database, known.sink, topics, people=known.people)
    async with worker(config) as loader:
        running = asyncio.create_task(loader.run(topics))
        try:
            yield
        finally:
            loader.stop()
            await running


async def post(sender: Sender, body: bytes, sampled: str) -> int:
    """As Twilio would, from somebody who traces, too."""
    target = signed_target(body)
    headers = {
        "X-Twilio-Signature": signature_of(target),
        "traceparent": f"00-{TRACE}-b7ad6b7169203331-{sampled}",
    }
    return (await sender.request("POST", target, body, headers)).status


async def test_an_event_is_followed_to_its_row_and_its_window(
    kafka: str,
    database: ClickHouseSettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broker = load(KafkaSettings, bootstrap_servers=kafka)
    await ensure_topics(broker)
    async with collecting() as collector:
        for name, value in spans_to(collector).items():
            monkeypatch.setenv(name, value)
        with lifecycle(kafka, collector, tmp_path / "lifecycle.log") as page:
            async with ingress(broker) as sender, sink(broker, database):
                sid, now = f"SM{uuid.uuid4().hex}", datetime.now(UTC).isoformat()
                queued, sent = (message(each, messageSid=sid, time=now) for each in STATUSES)
                while await post(sender, queued, "00") != 200:
                    assert collector.told == []  # Kafka is still making the topics
                assert await post(sender, sent, "01") == 200
                (processor,) = await processors(collector)
                told = await collector.until(
                    ("twilio-ingest", "receive events"),
                    ("twilio-ingest", SENT),
                    ("twilio-sink", READ),
                    ("twilio-sink", "store"),
                    (processor, READ),
                    (processor, "flush"),
                    ("twilio-sink", f"process {WINDOWS}"),
                    trace=bytes.fromhex(TRACE),
                )
                async with sender.session.get(page) as answer:
                    metrics = await answer.text()
    goes_on_from_one_to_the_next(told, processor)
    tells_how_it_does(metrics, processor)
    said = " ".join(str(span.attributes) for span in collector.told)
    assert "+1555" not in said
    assert "SM" not in said


def goes_on_from_one_to_the_next(told: dict[tuple[str, str], Told], processor: str) -> None:
    received, sent = told["twilio-ingest", "receive events"], told["twilio-ingest", SENT]
    assert received.parent.hex() == "b7ad6b7169203331"
    assert sent.parent == received.span
    assert told["twilio-sink", READ].parent == told[processor, READ].parent == sent.span
    assert told[processor, "flush"].parent == told[processor, READ].span
    assert told["twilio-sink", f"process {WINDOWS}"].parent == told[processor, "flush"].span


def tells_how_it_does(metrics: str, processor: str) -> None:
    label = f'{{processor="{processor}"}}'
    assert f"\ntwilio_processor_lag_records{label} 0.0\n" in metrics
    assert re.search(rf"\ntwilio_processor_freshness_seconds_count{label} [1-9]", metrics)
    assert "\ntwilio_ready 1.0\n" in metrics


async def processors(collector: Collector) -> set[str]:
    """The processor that follows the trace, under its own name."""
    while True:
        names = {told.service for told in collector.told} - {"twilio-ingest", "twilio-sink"}
        if names:
            return names
        await asyncio.sleep(0.05)
