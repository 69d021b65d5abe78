"""What Twilio bills is put on Kafka by command, and by a part that goes on until it is stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal

import aiohttp
import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from local.ports import free_ports
from local.twilio_api.accounts import Account
from local.twilio_api.faults import Fault
from local.twilio_api.messages import Message
from local.twilio_api.server import serving
from local.twilio_api.twilio import Twilio
from local.twilio_api.usage_routes import Usage
from pipeline.cli.exits import Exit
from pipeline.cli.main import run
from pipeline.settings import KafkaSettings, load
from pipeline.topics import ALERTS, MESSAGE_PRICES, USAGE, ensure_topics, partition_counts

WAIT_SECONDS = 60


@pytest.fixture
def account() -> str:
    return "AC" + uuid.uuid4().hex


@pytest.fixture
async def twilio(
    kafka: str, account: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Twilio]:
    await ensure_topics(load(KafkaSettings, bootstrap_servers=kafka))
    twilio = Twilio()
    twilio.accounts.add(Account(account, "token"))
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    record = {"day": today, "count": "2", "usage": "2", "currency": "usd"}
    for category in ("totalprice", "sms"):
        own = Usage(account_sid=account, category=category, price="0.015", **record)
        twilio.usage.append(own)
    message = Message("SM" + uuid.uuid4().hex, account, "", "+15550100", 0, "delivered")
    message.created, message.price = int((time.time() - 25_000) * 1000), "-0.0075"
    twilio.messages.add(message)
    async with serving(twilio) as address:
        for name, value in {
            "TWILIO_ACCOUNT_SID": account,
            "TWILIO_PASSWORD": "token",
            "TWILIO_BASE_URL": address,
            "KAFKA_BOOTSTRAP_SERVERS": kafka,
            "CLICKHOUSE_URL": "http://127.0.0.1:1",
            "USAGE_BUDGETS": f'{{"{account}": 0.018}}',
        }.items():
            monkeypatch.setenv(f"TWILIO_PIPELINE_{name}", value)
        yield twilio


async def items_about(kafka: str, topic: str, account: str) -> list[dict[str, object]]:
    """All items of a topic that are about an account."""
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
                found += [item for each in records for item in msgspec.json.decode(each.value)]
        return [item for item in found if item.get("account_sid") == account]
    finally:
        await consumer.stop()


async def command(*arguments: str) -> int:
    return await asyncio.to_thread(run, ["usage", *arguments])


@pytest.mark.usefixtures("twilio")
async def test_usage_prices_and_a_notice_are_sent(
    kafka: str, account: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await command("--message-prices") == Exit.OK
    out = capsys.readouterr().out
    assert out == (
        "2 usage records and 1 message prices sent\n"
        f"notice: 80 % of the monthly budget of 0.018 USD spent {account}\n"
    )
    records = await items_about(kafka, USAGE, account)
    assert {(each["category"], each["price"]) for each in records} == {
        ("totalprice", "0.015"),
        ("sms", "0.015"),
    }
    (price,) = await items_about(kafka, MESSAGE_PRICES, account)
    assert Decimal(str(price["price"])) == Decimal("0.0075")
    (notice,) = await items_about(kafka, ALERTS, account)
    assert (notice["type"], notice["severity"], notice["count"]) == ("notice", "ticket", 0)


async def test_what_can_not_be_done_is_one_line(
    twilio: Twilio, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(code: Exit, said: str, *arguments: str) -> None:
        assert await command(*arguments) == code
        err = capsys.readouterr().err
        assert said in err
        assert err.count("\n") == 1

    await fails(Exit.USAGE, "--every takes a minute or more", "--every", "5s")
    await fails(Exit.USAGE, "--every goes without --from", "--every", "1h", "--from", "2026-01-01")
    await fails(
        Exit.USAGE, "--from must not be after", "--from", "2026-01-02", "--to", "2026-01-01"
    )
    await fails(Exit.USAGE, "--from takes a date", "--from", "yesterday")
    twilio.faults.coming.append(Fault(kind="refuse", path="/Usage/", status=404, code=20404))
    await fails(Exit.FAILED, "Twilio refuses for AC")
    monkeypatch.setenv("TWILIO_PIPELINE_TWILIO_PASSWORD", "wrong")
    await fails(Exit.USAGE, "check TWILIO_PIPELINE_TWILIO_PASSWORD")
    monkeypatch.setenv("TWILIO_PIPELINE_USAGE_BUDGETS", '{"AC1": -5}')
    await fails(Exit.USAGE, "set TWILIO_PIPELINE_USAGE_BUDGETS")


async def test_a_part_reads_until_it_is_stopped(twilio: Twilio, kafka: str, account: str) -> None:
    limit = Fault(kind="refuse", path="/Usage/", status=429, retry_after_s=3_600)
    twilio.faults.coming.append(limit)
    (port,) = free_ports(1)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "pipeline.cli.main", "usage", "--every", "1m"),
        env={**os.environ, "TWILIO_PIPELINE_USAGE_METRICS_PORT": str(port)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    deadline = time.monotonic() + WAIT_SECONDS
    said = ""
    async with aiohttp.ClientSession() as session:
        while "takes no more" not in said:
            assert time.monotonic() < deadline
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    said = f"{answer.status} {await answer.text()}"
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _, log = await asyncio.wait_for(process.communicate(), WAIT_SECONDS)
    assert said.startswith("503 Twilio takes no more calls for 3600 s")
    assert (process.returncode, await items_about(kafka, USAGE, account)) == (0, [])
    assert b"it is tried again" in log
