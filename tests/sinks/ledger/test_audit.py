"""What was done to the store or to the offsets is found, at the offsets where it was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from prometheus_client import REGISTRY

from sinks.ledger import Audit, Problem, Produced, Scope, audit
from tests.sinks.events import message

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

    from tests.sinks.stand import Stand


async def look(stand: Stand) -> Audit:
    config = stand.config
    scope = Scope((stand.raw,), config.sink.group_id)
    return await audit(config.kafka, config.clickhouse, scope, lambda _done, _total: None)


@pytest.fixture
async def filled(stand: Stand) -> Stand:
    """Offsets 0 to 3 of partition 0: three events, a redelivery, one that is none, two more."""
    await stand.put(stand.raw, message("queued"), message("sent"), message("delivered"))
    await stand.put(stand.raw, message("sent"), b'{"no":"id"}')
    await stand.put(stand.raw, message("sent", number=2))
    await stand.put(stand.raw, message("delivered", number=2))
    await stand.put_value(stand.raw, b"no json", partition=1)
    async with stand.running():
        await stand.all_stored()
        await stand.eventually(lambda: stand.rows("SELECT count() FROM dead_letters") == [(2,)])
    return stand


async def test_all_is_found_before_and_after_redeliveries_collapse(
    filled: Stand, client: Client
) -> None:
    client.command("OPTIMIZE TABLE events_store FINAL")
    found = await look(filled)
    assert found.account.problems == []
    assert found.account.balanced
    total = found.account.total
    assert (total.produced, total.stored + total.duplicates, total.dead) == (8, 6, 2)
    assert total.duplicates == 1
    assert found.produced == {filled.raw: Produced(told=0, sent=0, there=8, untold=8)}


async def test_deleted_rows_are_missing(filled: Stand, client: Client) -> None:
    client.command(
        "ALTER TABLE events_store DELETE WHERE kafka_offset IN (2, 3) SETTINGS mutations_sync = 2"
    )
    account = (await look(filled)).account
    assert account.problems == [Problem(filled.raw, 0, 2, 3, "missing", 2)]
    assert account.total.missing == 2


async def test_rows_stored_twice_are_told(filled: Stand, client: Client) -> None:
    client.command("SYSTEM STOP MERGES events_store")
    client.command("INSERT INTO events_store SELECT * FROM events_store WHERE kafka_offset = 2")
    account = (await look(filled)).account
    assert account.problems == [Problem(filled.raw, 0, 2, 2, "stored twice", 1)]


async def test_what_is_stored_and_never_was_in_kafka_is_told(filled: Stand, client: Client) -> None:
    client.command(
        "INSERT INTO events_store SELECT * REPLACE (7 AS kafka_index, 'other' AS dedup_id) "
        "FROM events_store WHERE kafka_offset = 3"
    )
    account = (await look(filled)).account
    assert account.problems == [Problem(filled.raw, 0, 3, 3, "stored and not in Kafka", 1)]


async def test_skipped_offsets_are_missing_and_unread_ones_in_flight(filled: Stand) -> None:
    skipped = await filled.put(filled.raw, message("sent", number=5), message("sent", number=6))
    await filled.put(filled.raw, message("sent", number=7))
    consumer = AIOKafkaConsumer(
        bootstrap_servers=filled.config.kafka.bootstrap_servers,
        group_id=filled.config.sink.group_id,
        enable_auto_commit=False,
    )
    await consumer.start()
    partition = TopicPartition(filled.raw, 0)
    consumer.assign([partition])
    await consumer.commit({partition: skipped + 1})
    await consumer.stop()
    account = (await look(filled)).account
    assert account.problems == [Problem(filled.raw, 0, skipped, skipped, "missing", 2)]
    total = account.total
    assert (total.produced, total.dead, total.missing, total.in_flight) == (11, 2, 2, 1)


async def test_what_kafka_deleted_before_it_was_stored_is_told(filled: Stand) -> None:
    servers = filled.config.kafka.bootstrap_servers
    end = await filled.put(filled.raw, message("sent", number=8)) + 3
    for number in (9, 10, 11):
        await filled.put(filled.raw, message("sent", number=number))
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    await admin.delete_records({TopicPartition(filled.raw, 0): RecordsToDelete(end)})
    await admin.close()
    found = await look(filled)
    what = "deleted by Kafka before they were stored"
    assert found.account.problems == [Problem(filled.raw, 0, 4, end - 1, what, 0)]
    assert not found.account.balanced
    assert found.account.total.in_flight == 1
    assert found.produced == {}
    async with filled.running():
        await filled.all_stored()
    lost = REGISTRY.get_sample_value("twilio_sink_lost_records_total", {"topic": filled.raw})
    assert lost == end - 4
