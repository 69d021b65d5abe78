"""A code and a number posted to a whole stack: where they may be found afterwards."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from yarl import URL

from local.simulator.webhook import Webhook
from local.stack_secrets import stack_secrets
from pipeline.settings import ClickHouseSettings, KafkaSettings, load
from pipeline.topics import RAW, connected_admin, partition_counts
from sinks.clickhouse import connect
from tests.e2e.stack_process import SETTLE_S, StackProcess, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = "734 281 zebra"
#: The simulator has no such number.
NUMBER = "+13055550193"
SID = f"SM{secrets.token_hex(16)}"


@pytest.fixture(scope="module")
def posted(stack: StackProcess) -> StackProcess:
    """One message whose text is the code, stored."""
    data = {"messageSid": SID, "accountSid": "AC7", "to": NUMBER, "from": "+15550100001"}
    event = {
        "specversion": "1.0",
        "id": f"EZ{secrets.token_hex(16)}",
        "type": "com.twilio.messaging.message.sent",
        "source": f"/messages/{SID}",
        "time": "2026-01-01T00:00:05.000Z",
        "data": {**data, "messageStatus": "SENT", "body": f"Your code is {CODE}"},
    }
    assert asyncio.run(post(stack, json.dumps([event]).encode())) == 200
    wait_until(lambda: stored(stack) == "1", SETTLE_S, "the event is stored")
    return stack


async def post(stack: StackProcess, body: bytes) -> int:
    info = stack.info
    request = Webhook(info.ingest, info.public_url, info.auth_token).sign(body)
    url = URL(request.url, encoded=True)
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=request.headers) as answer,
    ):
        return answer.status


def stored(stack: StackProcess) -> str:
    sql = f"SELECT count() FROM events WHERE subject_sid = '{SID}'"  # noqa: S608  (our own)
    done = stack.run("sql", sql, "--stack", str(stack.file), "--format", "csv")
    return done.stdout.strip().splitlines()[-1] if done.returncode == 0 else ""


def administrator(stack: StackProcess) -> ClickHouseSettings:
    password = stack_secrets(stack.data).writer_password
    return load(ClickHouseSettings, url=stack.info.clickhouse, user="writer", password=password)


def tables_with(stack: StackProcess, text: str) -> set[str]:
    """Every table of the engine that keeps rows, its own logs among them."""
    settings = administrator(stack)
    with connect(settings) as client:
        rows = client.query(
            "SELECT database, name FROM system.tables WHERE engine LIKE '%MergeTree'"
        ).result_rows
        return {
            name
            for database, name in rows
            if client.query(
                f"SELECT 1 FROM {database}.{name} "  # noqa: S608  (names of the engine's own)
                "WHERE position(toString(tuple(*)), {text:String}) > 0 LIMIT 1",
                parameters={"text": text},
            ).result_rows
        }


async def topics_with(stack: StackProcess, text: str) -> set[str]:
    kafka = load(KafkaSettings, bootstrap_servers=stack.info.kafka)
    async with connected_admin(kafka) as admin:
        names = [name for name in await admin.list_topics() if not name.startswith("__")]
    counts = await partition_counts(kafka, names)
    assert {"twilio.ledger", "twilio.delivery.windows", RAW["messaging"]} <= counts.keys()
    parts = [TopicPartition(name, n) for name, count in counts.items() for n in range(count)]
    consumer = AIOKafkaConsumer(
        bootstrap_servers=stack.info.kafka, auto_offset_reset="earliest", enable_auto_commit=False
    )
    await consumer.start()
    try:
        consumer.assign(parts)
        await consumer.seek_to_beginning(*parts)
        ends = await consumer.end_offsets(parts)
        found = set[str]()
        for part in parts:
            while await consumer.position(part) < ends[part]:
                for records in (await consumer.getmany(part, timeout_ms=500)).values():
                    found |= {r.topic for r in records if text.encode() in (r.value or b"")}
        return found
    finally:
        await consumer.stop()


def files_with(stack: StackProcess, *folders: str, text: str) -> Iterator[str]:
    for folder in folders:
        for file in _files(stack.data / folder):
            if text.encode() in _content(file):
                yield str(file)


async def test_a_code_is_in_the_raw_topic_and_nowhere_else(posted: StackProcess) -> None:
    assert tables_with(posted, CODE) == set()
    assert list(files_with(posted, "clickhouse", "logs", "spool", text=CODE)) == []
    assert await topics_with(posted, CODE) == {RAW["messaging"]}


async def test_a_number_is_in_one_table_and_the_ledger_balances_after_an_erasure(
    posted: StackProcess,
) -> None:
    plain = NUMBER.removeprefix("+")
    assert tables_with(posted, plain) == {"clear_numbers"}
    assert list(files_with(posted, "logs", text=plain)) == []
    target = ("--stack", str(posted.file))
    erased = posted.run("erase", "--to", NUMBER, "--yes", *target)
    assert erased.returncode == 0, erased.stdout + erased.stderr
    assert "erased events: 1 rows" in erased.stdout.splitlines()
    assert tables_with(posted, plain) == set()
    ledger = posted.run("ledger", *target)
    assert ledger.returncode == 0, ledger.stdout + ledger.stderr
    assert ledger.stdout.splitlines()[-1] == "balanced"
    kept = posted.run("retention", "show", *target)
    assert kept.returncode == 0, kept.stdout + kept.stderr


def _files(folder: Path) -> Iterator[Path]:
    """All files; os.walk passes over folders that merges remove meanwhile."""
    for place, _, names in os.walk(folder):
        yield from (Path(place) / name for name in names)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes() if file.is_file() else b""
    except FileNotFoundError:  # merged into another meanwhile
        return b""
