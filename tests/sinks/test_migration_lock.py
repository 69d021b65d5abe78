"""Only one at a time migrates, and a dead one is not waited for."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from sinks.clickhouse import connect
from sinks.migrations import migrate
from sinks.migrations.lock import Watch
from sinks.migrations.scripts import shipped
from sinks.sql import load_sql

if TYPE_CHECKING:
    import pytest

    from pipeline.settings import ClickHouseSettings

MIGRATE = """
from pipeline.settings import ClickHouseSettings, load
from sinks.migrations import migrate
print(*migrate(load(ClickHouseSettings)))
"""


def test_two_that_migrate_at_once_apply_each_migration_once(empty: ClickHouseSettings) -> None:
    environment = {
        **os.environ,
        "TWILIO_PIPELINE_CLICKHOUSE_URL": empty.url,
        "TWILIO_PIPELINE_CLICKHOUSE_USER": empty.user,
        "TWILIO_PIPELINE_CLICKHOUSE_PASSWORD": empty.password.get_secret_value(),
        "TWILIO_PIPELINE_CLICKHOUSE_DATABASE": empty.database,
    }
    both = [
        subprocess.Popen(  # noqa: S603  ourselves
            [sys.executable, "-c", MIGRATE], env=environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    told = [process.communicate()[0].split() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(map(len, told)) == [0, len(shipped())]
    with connect(empty) as client:
        rows = client.query("SELECT name, count() FROM migrations GROUP BY name").result_rows
        locks = client.query("SHOW TABLES LIKE '%lock%'").result_rows
    assert {str(name): int(count) for name, count in rows} == {
        script.name: 1 for script in shipped()
    }
    assert locks == []


def test_a_dead_holders_lock_is_broken(
    empty: ClickHouseSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sinks.migrations.lock._DEAD_SECONDS", 0.6)
    with connect(empty, database="default") as client:
        client.command(load_sql("create_database", empty.database))
        client.command(load_sql("create_lock", empty.database).replace("{holder}", "gone 1 x"))
    assert len(migrate(empty)) == len(shipped())
    assert migrate(empty) == []


def test_a_holder_is_dead_when_its_beat_stands_still_by_our_own_clock() -> None:
    watch = Watch(0.0)
    assert not watch.dead("a 1", 100.0)
    assert not watch.dead("a 1", 129.0)
    assert not watch.dead("a 2", 131.0)
    assert watch.dead("a 2", 162.0)
    assert not watch.dead("", 500.0)
