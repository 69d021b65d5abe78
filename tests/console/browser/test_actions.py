"""What operators do on the page reaches Kafka, as they said it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from playwright.async_api import expect

from pipeline.items.alert import Acknowledgement
from pipeline.items.fallback_control import FallbackControl
from pipeline.topics import ALERTS, FALLBACK_CONTROL
from tests.console.browser.guest import KEPT_MS
from tests.console.filled import HOUR
from tests.sinks import test_alerts

if TYPE_CHECKING:
    from tests.console.browser.conftest import World
    from tests.console.browser.guest import Guest

pytestmark = pytest.mark.asyncio(loop_scope="session")
WAIT_SECONDS = 20
INCIDENT = "failures:SE:1"
Item = TypeVar("Item", bound=msgspec.Struct)


async def test_an_acknowledgement(operator: Guest, world: World) -> None:
    await test_alerts.put(world.shelf, test_alerts.alert(1, "firing", id=INCIDENT))
    await operator.visit(f"/alerts/{quote(INCIDENT, safe='')}")
    await operator.page.get_by_role("button", name="Acknowledge").click()
    dialog = operator.page.get_by_role("dialog")
    assert await operator.violations() == []
    await dialog.get_by_role("button", name="Acknowledge").click()
    await expect(dialog).to_be_visible()  # it asks for a reason first
    await dialog.get_by_label("Reason").fill("asked the carrier")
    await dialog.get_by_role("button", name="Acknowledge").click()
    await expect(operator.page.locator("main")).to_contain_text("Acknowledgement sent")
    told = await newest(world.kafka, ALERTS, Acknowledgement)
    assert (told.alert_id, told.by, told.comment) == (INCIDENT, "operator", "asked the carrier")
    await test_alerts.put(world.shelf, told)
    has_it = "operator has it since"
    await expect(operator.page.locator("main")).to_contain_text(has_it, timeout=KEPT_MS)
    await expect(operator.page.get_by_role("button", name="Acknowledge")).to_have_count(0)
    assert operator.complaints == []


async def test_all_fallbacks_are_stopped_only_when_that_was_meant(
    operator: Guest, world: World
) -> None:
    await operator.visit(f"/fallbacks?{HOUR}")
    await operator.page.get_by_role("button", name="Stop all").click()
    dialog = operator.page.get_by_role("dialog", name="Stop all fallbacks?")
    await expect(dialog).to_contain_text("nothing that was planned goes out")
    await operator.page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await operator.page.get_by_role("button", name="Stop all").click()
    await dialog.get_by_label("Reason").fill("wrong policy")
    await dialog.get_by_role("button", name="Stop all fallbacks").click()
    await expect(dialog).to_have_count(0)
    told = await newest(world.kafka, FALLBACK_CONTROL, FallbackControl)
    assert (told.stopped, told.by, told.reason) == (True, "operator", "wrong policy")
    await operator.visit("/audit")
    await expect(operator.page.locator("tbody tr").first).to_contain_text("Stop fallbacks")
    assert operator.complaints == []


async def newest(kafka: str, topic: str, kind: type[Item]) -> Item:
    """The last item on a topic of one partition."""
    partition = TopicPartition(topic, 0)
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await consumer.start()
    try:
        consumer.assign([partition])
        (end,) = (await consumer.end_offsets([partition])).values()
        consumer.seek(partition, end - 1)
        async with asyncio.timeout(WAIT_SECONDS):
            record = await consumer.getone(partition)
        (item,) = msgspec.json.decode(record.value, type=list[kind])  # type: ignore[valid-type]  # known when it runs
        return item
    finally:
        await consumer.stop()
