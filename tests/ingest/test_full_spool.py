"""Kafka's port closed from the start, and a spool that fills: what Twilio is told, and when."""

from pathlib import Path

from prometheus_client import REGISTRY

from ingest.app import TOPICS
from ingest.spool.disk import Disk
from ingest.spool.notes import Notes
from local.ports import free_port
from pipeline.settings import KafkaSettings, SpoolSettings, load
from tests.ingest.conftest import serving
from tests.ingest.twilio_like import Answered, message_event


async def test_with_its_port_closed_events_are_taken_until_the_spool_is_full(
    tmp_path: Path,
) -> None:
    Notes(tmp_path, Disk()).note_layout(dict.fromkeys(TOPICS, 4))
    spool = load(
        SpoolSettings, directory=str(tmp_path), max_bytes=64 * 1024, segment_bytes=16 * 1024
    )
    away = load(KafkaSettings, bootstrap_servers=f"127.0.0.1:{free_port()}")
    event = message_event(text="x" * 20_000)
    async with serving(away, spool) as ingress:
        assert await ingress.until("/readyz", 200) == "spooling"
        answers = [await ingress.post(event) for _ in range(5)]
        assert answers == [*[Answered(200, "")] * 3, *[Answered(503, "spool_full")] * 2]
        assert (await ingress.get("/readyz")).reason.endswith("the spool is full")
    labels = {"status": "503", "reason": "spool_full"}
    assert REGISTRY.get_sample_value("twilio_ingest_requests_total", labels) == 2
