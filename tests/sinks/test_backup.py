"""The guide's own statements and steps: what a backup lacks, Kafka still has."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import clickhouse_connect
import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

from sinks.clickhouse import connect
from sinks.ledger import Scope, audit
from sinks.migrations import migrate
from sinks.rewind import rewind
from tests.sinks.events import message

if TYPE_CHECKING:
    from local.clickhouse.process import ClickHouseProcess
    from pipeline.settings import ClickHouseSettings
    from sinks.ledger import Account
    from tests.sinks.stand import Stand

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "back-up-and-restore.md"


def statements(settings: ClickHouseSettings) -> list[str]:
    """The guide's SQL for a database and a backup of the test's own."""
    blocks = re.findall(r"```sql\n(.*?)\n *```", GUIDE.read_text("utf-8"), re.DOTALL)
    named = re.compile(r"DATABASE twilio\b")
    return [
        named.sub(f"DATABASE {settings.database}", block).replace(
            "'twilio-", f"'{settings.database}-"
        )
        for block in blocks
    ]


async def balance(stand: Stand) -> Account:
    scope = Scope((stand.raw,), stand.config.sink.group_id)
    config = stand.config
    return (await audit(config.kafka, config.clickhouse, scope, lambda _done, _all: None)).account


async def put_and_store(stand: Stand, first: int, last: int) -> None:
    for number in range(first, last):
        pair = (message("sent", number=number), message("delivered", number=number))
        await stand.put(stand.raw, *pair, partition=number % 2)
    async with stand.running():
        await stand.all_stored()


async def test_a_restored_backup_is_completed_from_kafka(stand: Stand) -> None:
    settings = stand.config.clickhouse
    full, incremental, restore = statements(settings)
    await put_and_store(stand, 0, 4)
    before = int(time.time() * 1000)
    with connect(settings, "default") as admin:
        admin.command(full)
        await put_and_store(stand, 4, 6)
        admin.command(incremental)
        await put_and_store(stand, 6, 10)
        admin.command(f"DROP DATABASE {settings.database} SYNC")
        admin.command(restore)
    assert migrate(settings) == []
    assert stand.rows("SELECT count() FROM events") == [(12,)]
    lost = await balance(stand)
    assert lost.total.missing == 8
    assert [(each.first, each.last, each.what) for each in lost.problems] == [
        (3, 4, "missing"),
        (3, 4, "missing"),
    ]

    group = stand.config.sink.group_id
    await rewind(stand.config.kafka, group, (stand.raw,), before, dry_run=False)
    async with stand.running():
        await stand.all_stored()
    assert (await balance(stand)).balanced
    assert stand.rows("SELECT count(), uniq(dedup_id) FROM events_store") == [(20, 20)]
    assert stand.rows("SELECT count(), countIf(outcome = 'delivered') FROM messages") == [(10, 10)]


def test_only_the_administrator_backs_up(
    clickhouse: ClickHouseProcess, database: ClickHouseSettings
) -> None:
    analyst = clickhouse_connect.get_client(host="127.0.0.1", port=clickhouse.port)
    with pytest.raises(DatabaseError, match="Analysts may only read"):
        analyst.command(statements(database)[0])
