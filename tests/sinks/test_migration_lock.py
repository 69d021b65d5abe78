"""Only one at a time migrates, and a dead one is not waited for."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

from pipeline.errors import UnavailableError
from sinks.clickhouse import connect
from sinks.migrations import migrate
from sinks.migrations.lock import Holder, Lease, Watch, lock
from sinks.migrations.scripts import shipped
from sinks.sql import load_sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clickhouse_connect.driver.client import Client

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
        locks = client.query(load_sql("lock_holder", empty.database)).result_rows
    assert {str(name): int(count) for name, count in rows} == {
        script.name: 1 for script in shipped()
    }
    assert [row[0] for row in locks] == ["free"]


@pytest.fixture
def unlocked(empty: ClickHouseSettings) -> Iterator[Client]:
    """A database with the lock, and nothing else."""
    with connect(empty, database="default") as client:
        client.command(load_sql("create_database", empty.database))
        client.command(load_sql("create_lock", empty.database))
        yield client


def column(client: Client, settings: ClickHouseSettings) -> str:
    return str(client.query(load_sql("lock_holder", settings.database)).result_rows[0][0])


def take(client: Client, settings: ClickHouseSettings, old: str, new: str) -> None:
    client.command(f"ALTER TABLE {settings.database}.migrations_lock RENAME COLUMN {old} TO {new}")


def test_a_dead_holders_lock_is_taken_over(
    empty: ClickHouseSettings, unlocked: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sinks.migrations.lock._DEAD_SECONDS", 0.6)
    take(unlocked, empty, "free", "held_gone")
    assert len(migrate(empty)) == len(shipped())
    assert migrate(empty) == []
    assert column(unlocked, empty) == "free"


def test_a_living_holders_lock_is_waited_for(
    empty: ClickHouseSettings, unlocked: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sinks.migrations.lock._BEAT_SECONDS", 0.1)
    monkeypatch.setattr("sinks.migrations.lock._DEAD_SECONDS", 1.0)
    monkeypatch.setattr("sinks.migrations.lock._LONGEST_WAIT_SECONDS", 2.5)
    with connect(empty, database="default") as other, lock(unlocked, empty) as lease:
        mine = column(other, empty)
        with pytest.raises(UnavailableError, match="another migration"), lock(other, empty):
            pass
        lease.check()
        assert column(other, empty) == mine != "free"
    assert column(unlocked, empty) == "free"


def test_who_was_taken_for_dead_stops_and_leaves_the_lock_to_the_other(
    empty: ClickHouseSettings, unlocked: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sinks.migrations.lock._BEAT_SECONDS", 0.05)

    with connect(empty, database="default") as other:

        def be_overtaken() -> None:
            with lock(unlocked, empty) as lease:
                take(other, empty, column(other, empty), "held_other")
                until_it_fails(lease)

        with pytest.raises(UnavailableError, match="run it again"):
            be_overtaken()
        assert column(other, empty) == "held_other"


def until_it_fails(lease: Lease) -> None:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        lease.check()
        time.sleep(0.02)


def test_of_two_who_find_the_same_one_dead_one_takes_over(
    empty: ClickHouseSettings, unlocked: Client
) -> None:
    take(unlocked, empty, "free", "held_gone")
    take(unlocked, empty, "held_gone", "held_first")
    with pytest.raises(DatabaseError, match="Cannot find column"):
        take(unlocked, empty, "held_gone", "held_second")
    assert column(unlocked, empty) == "held_first"


def test_who_could_not_count_for_long_stops_before_it_counts_as_dead() -> None:
    now = 0.0
    lease = Lease(lambda: now)
    now = 19.0
    lease.check()
    lease.renew(now)
    now = 38.0
    lease.check()
    now = 40.0
    with pytest.raises(UnavailableError):
        lease.check()


def test_a_holder_is_dead_when_its_count_stands_still_by_our_own_clock() -> None:
    watch = Watch(0.0)
    first, second = Holder("a", "1", "here"), Holder("a", "2", "here")
    assert not watch.dead(first, 100.0)
    assert not watch.dead(first, 129.0)
    assert not watch.dead(second, 131.0)
    assert watch.dead(second, 162.0)
