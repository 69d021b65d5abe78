"""What operators do reaches the topics, in their name, and is audited before."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from pipeline.items.alert import Acknowledgement, AlertItem
from pipeline.items.fallback_control import FallbackControl
from pipeline.settings import KafkaSettings, load
from pipeline.topics import ALERTS, FALLBACK_CONTROL, ensure_topics
from tests.console.filled import ALERT
from tests.console.stand import WAIT_SECONDS, Stand, used

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pipeline.settings import ClickHouseSettings


@pytest.fixture
async def linked(
    kafka: str, history: ClickHouseSettings, tmp_path: Path
) -> AsyncIterator[tuple[Stand, str]]:
    """A console with a broker, and an operator of a name that nobody else has."""
    settings = load(KafkaSettings, bootstrap_servers=kafka)
    await ensure_topics(settings)
    me = f"op{uuid.uuid4().hex}"
    async with used(history, tmp_path, settings, operator_name=me) as stand:
        yield stand, me


async def said(kafka: str, topic: str, kind: object, by: str) -> list[object]:
    """All this person has said on the topic, when there is something."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(topic, 0)])
    found: list[object] = []
    deadline = time.monotonic() + WAIT_SECONDS
    try:
        while not found:
            assert time.monotonic() < deadline, f"{by} has said nothing"
            for records in (await consumer.getmany(timeout_ms=100)).values():
                for record in records:
                    items = msgspec.json.decode(record.value, type=list[kind])  # type: ignore[valid-type]
                    found += [item for item in items if getattr(item, "by", "") == by]
    finally:
        await consumer.stop()
    return found


async def test_an_acknowledgement_is_the_operators(linked: tuple[Stand, str], kafka: str) -> None:
    stand, me = linked
    headers = await stand.csrf(stand.operator)
    path = f"/api/alerts/{ALERT}/ack"
    async with stand.operator.post(path, json={"reason": "on it"}, headers=headers) as answer:
        assert (answer.status, await answer.json()) == (202, {})
    (item,) = await said(kafka, ALERTS, AlertItem, me)
    assert isinstance(item, Acknowledgement)
    assert (item.alert_id, item.comment) == (ALERT, "on it")
    assert item.at == pytest.approx(time.time(), abs=60)
    async with stand.operator.get("/api/audit") as answer:
        (latest, *_) = (await answer.json())["rows"]
    assert (latest["user"], latest["action"]) == (me, "acknowledge")
    assert latest["detail"] == f"{ALERT}: on it"


async def test_fallbacks_are_stopped_and_go_on(linked: tuple[Stand, str], kafka: str) -> None:
    stand, me = linked
    headers = await stand.csrf(stand.operator)
    for act in ("stop", "start"):
        path = f"/api/fallbacks/{act}"
        async with stand.operator.post(path, json={"reason": act}, headers=headers) as answer:
            assert answer.status == 202
    items = await said(kafka, FALLBACK_CONTROL, FallbackControl, me)
    told = [msgspec.convert(msgspec.to_builtins(item), FallbackControl) for item in items]
    assert [(item.stopped, item.reason) for item in told] == [(True, "stop"), (False, "start")]


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        ("/api/alerts/none/ack", b"{}", 404, "There is no such alert."),
        (f"/api/alerts/{ALERT}/ack", b"[", 400, 'Send {"reason": "..."} as JSON.'),
        ("/api/fallbacks/stop", b'{"reason": 5}', 400, 'Send {"reason": "..."} as JSON.'),
        (
            "/api/fallbacks/stop",
            b'{"reason": "%s"}' % (b"x" * 1_001),
            400,
            "A reason has 1000 characters at most.",
        ),
    ],
)
async def test_what_cant_be_done_is_said(
    stand: Stand, path: str, body: bytes, status: int, error: str
) -> None:
    headers = await stand.csrf(stand.operator)
    async with stand.operator.post(path, data=body, headers=headers) as answer:
        assert (answer.status, await answer.json()) == (status, {"error": error})


async def test_what_cant_be_audited_is_not_done(stand: Stand) -> None:
    assert stand.settings.audit_directory is not None
    (file,) = stand.settings.audit_directory.iterdir()
    file.unlink()
    file.mkdir()
    headers = await stand.csrf(stand.operator)
    async with stand.operator.post("/api/fallbacks/stop", json={}, headers=headers) as answer:
        assert answer.status == 503  # and not for want of a broker
        assert (await answer.json())["error"].endswith("Is a directory; nothing was done.")


async def test_a_broker_that_is_away_is_said(stand: Stand) -> None:
    headers = await stand.csrf(stand.operator)
    async with stand.operator.post("/api/fallbacks/stop", json={}, headers=headers) as answer:
        assert answer.status == 503
        assert (await answer.json())["error"].startswith("Kafka at 127.0.0.1:")
