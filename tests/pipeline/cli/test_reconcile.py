"""Messages that were never told of are named, and backfilled through Kafka as any event."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from local.twilio_api.accounts import Account
from local.twilio_api.faults import Fault
from local.twilio_api.messages import Message
from local.twilio_api.server import serving
from local.twilio_api.twilio import Twilio
from operations.reconcile.backfill import events_of
from operations.reconcile.gap import Gap
from pipeline.cli.exits import Exit
from pipeline.cli.main import run
from pipeline.records import read_headers
from pipeline.settings import ClickHouseSettings, KafkaSettings, load
from pipeline.topics import RAW, ensure_topics, partition_counts
from sinks.clickhouse import connect
from tests.databases import Databases, told_to_commands
from tests.operations.reconcile.messages import listed
from tests.sinks.shelf import Shelf

ACCOUNT, SUBACCOUNT = "AC" + "1" * 32, "AC" + "2" * 32
TO, SERVICE = "+5511991234567", "MG" + "4" * 32
SPAN = ("--from", "2026-11-01T10:00", "--to", "2026-11-01T13:00")
START = int(datetime(2026, 11, 1, 10, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def place(
    server: ClickHouseSettings, kafka: str, monkeypatch: pytest.MonkeyPatch
) -> ClickHouseSettings:
    """Where the command looks and sends to; the database is nobody's."""
    for name, value in told_to_commands(server).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TWILIO_PIPELINE_CLICKHOUSE_DATABASE", "default")
    monkeypatch.setenv("TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS", kafka)
    return server


@pytest.fixture
def database(
    databases: Databases, kafka: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ClickHouseSettings]:
    asyncio.run(ensure_topics(load(KafkaSettings, bootstrap_servers=kafka)))
    monkeypatch.setenv("TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS", kafka)
    with databases.lent() as settings:
        for name, value in told_to_commands(settings).items():
            monkeypatch.setenv(name, value)
        yield settings


@pytest.fixture
async def twilio(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Twilio]:
    twilio = Twilio()
    twilio.accounts.add(Account(ACCOUNT, "token", subaccounts={SUBACCOUNT}))
    twilio.accounts.add(Account(SUBACCOUNT, "other"))
    async with serving(twilio) as address:
        for name, value in {"ACCOUNT_SID": ACCOUNT, "PASSWORD": "token"}.items():
            monkeypatch.setenv(f"TWILIO_PIPELINE_TWILIO_{name}", value)
        monkeypatch.setenv("TWILIO_PIPELINE_TWILIO_BASE_URL", address)
        yield twilio


def known(twilio: Twilio, account: str = ACCOUNT, **more: object) -> str:
    """Let Twilio know of a message sent an hour in; give its SID."""
    sid = "SM" + uuid.uuid4().hex
    message = Message(sid, account, SERVICE, TO, START + 3_600_000, "delivered", sender="+15550100")
    for name, value in more.items():
        setattr(message, name, value)
    twilio.messages.add(message)
    return sid


async def records_about(kafka: str, sids: set[str]) -> list[ConsumerRecord]:
    """All records of the raw topic that name one of the messages."""
    topic = RAW["messaging"]
    count = (await partition_counts(load(KafkaSettings, bootstrap_servers=kafka), [topic]))[topic]
    partitions = [TopicPartition(topic, number) for number in range(count)]
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        found, deadline = [], time.monotonic() + 20
        while any([await consumer.position(tp) < ends[tp] for tp in partitions]):
            assert time.monotonic() < deadline
            for records in (await consumer.getmany(timeout_ms=100)).values():
                found += [
                    each for each in records if any(sid.encode() in each.value for sid in sids)
                ]
        return found
    finally:
        await consumer.stop()


async def command(*arguments: str) -> int:
    return await asyncio.to_thread(run, ["reconcile", *SPAN, *arguments])


async def test_gaps_are_named_backfilled_and_gone(
    twilio: Twilio,
    database: ClickHouseSettings,
    kafka: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("operations.reconcile.listing.PAGE", 2)  # so that lists have more
    lost, whole = known(twilio), known(twilio)
    half = known(twilio, SUBACCOUNT, status="undelivered", error_code=30003)
    for nothing in ({"status": "queued"}, {"direction": "inbound"}, {"created": START - 1}):
        known(twilio, **nothing)
    twilio.faults.coming.append(
        Fault(kind="refuse", path="/Messages", status=429, retry_after_s=0.01)
    )
    with connect(database) as client:
        shelf = Shelf(client, database)
        for sid, account, statuses in (
            (whole, ACCOUNT, ("sent", "delivered")),
            (half, SUBACCOUNT, ("sent",)),
        ):
            told = Gap("missing", listed(sid, account_sid=account), statuses)
            await shelf.put(*events_of(told))

        assert await command("--json") == Exit.DIFFERENT
        said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert {(each["sid"], each["gap"], each["error_code"]) for each in said} == {
            (lost, "missing", 0),
            (half, "unfinished", 30003),
        }
        assert await command("--account", ACCOUNT) == Exit.DIFFERENT
        assert "3 messages compared: 1 missing" in capsys.readouterr().out

        for _ in range(2):
            assert await command("--backfill") == Exit.OK
        out = capsys.readouterr().out
        assert out.count("3 events backfilled\n") == 2
        assert "windows, alerts and fallbacks leave out what was sent 6 h ago" in out
        records = await records_about(kafka, {lost, half, whole})
        assert {read_headers(each.headers, 0).ingress_id for each in records} == {"backfill"}
        for record in records:
            events = msgspec.json.decode(record.value, type=list[msgspec.Raw])
            assert read_headers(record.headers, 0).events == len(events)
            await shelf.put(*map(bytes, events))
    stored = shelf.rows("SELECT message_sid, outcome, error_code FROM messages ORDER BY outcome")
    assert {row for row in stored if row[0] != whole} == {
        (lost, "delivered", 0),
        (half, "undelivered", 30003),
    }
    assert shelf.rows(
        "SELECT countIf(backfilled), count(), countIf(NOT backfilled) FROM events"
    ) == [(6, 6, 0)]
    assert await command() == Exit.OK
    assert capsys.readouterr().out == "4 messages compared: nothing is missing\n"


@pytest.mark.usefixtures("place")
async def test_what_can_not_be_done_is_one_line(
    twilio: Twilio,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fails(code: Exit, said: str, *arguments: str) -> None:
        assert await command(*arguments) == code
        err = capsys.readouterr().err
        assert said in err
        assert err.count("\n") == 1

    await fails(Exit.USAGE, "--from must be before --to", "--to", "2026-11-01")
    foreign = tmp_path / "cursor"
    await asyncio.to_thread(foreign.write_text, "x")
    await fails(Exit.USAGE, "is no cursor of reconcile", "--cursor", str(foreign))
    await fails(Exit.USAGE, "does not accept the credentials", "--account", "AC" + "9" * 32)
    monkeypatch.setenv("TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    known(twilio)
    await fails(Exit.UNAVAILABLE, "127.0.0.1:1", "--backfill")
    monkeypatch.setenv("TWILIO_PIPELINE_CLICKHOUSE_URL", "http://127.0.0.1:1")
    await fails(Exit.UNAVAILABLE, "ClickHouse at http://127.0.0.1:1 does not answer")
