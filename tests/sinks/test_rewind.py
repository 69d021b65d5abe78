"""What the sink had read is looked at again, and only what is missing is added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.cli.main import run
from pipeline.errors import ConfigurationError
from sinks.ranges import Partition, Range
from sinks.rewind import rewind, stretch
from tests.sinks.events import message
from tests.sinks.test_commands import use

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

    from tests.sinks.stand import Stand

HERE = Partition("t", 3)
GROUP = "TWILIO_PIPELINE_SINK_GROUP_ID"


@pytest.mark.parametrize(
    ("first", "committed", "metadata", "expected"),
    [
        (4, 9, "", Range(HERE, 4, 8)),
        (4, 9, "v1|t|3|9-20", Range(HERE, 4, 20)),
        (4, 9, "v1|t|3|2-5", Range(HERE, 4, 8)),
        (4, 9, "v1|other|3|9-20", Range(HERE, 4, 8)),
        (9, 9, "", None),
        (0, -1, "", None),
    ],
)
def test_the_stretch_reaches_to_all_that_may_be_stored(
    first: int, committed: int, metadata: str, expected: Range | None
) -> None:
    assert stretch(HERE, first, committed, metadata) == expected


async def back(stand: Stand, *, dry_run: bool = False) -> list[Range]:
    config = stand.config
    return await rewind(config.kafka, config.sink.group_id, (stand.raw,), 0, dry_run=dry_run)


async def test_rows_that_were_lost_come_back_and_no_other_is_stored_again(
    stand: Stand, client: Client
) -> None:
    for number in range(6):
        await stand.put(stand.raw, message("sent", number=number), partition=number % 2)
    async with stand.running():
        await stand.all_stored()
    lose = "ALTER TABLE events_store DELETE WHERE kafka_partition = 1 AND kafka_offset < 2"
    client.command(f"{lose} SETTINGS mutations_sync = 2")
    client.command("SYSTEM STOP MERGES events_store")

    asked = [Range(Partition(stand.raw, number), 0, 2) for number in (0, 1)]
    assert await back(stand, dry_run=True) == asked
    assert await stand.committed(stand.raw, 1) == 3
    assert await back(stand) == asked
    assert await stand.committed(stand.raw, 1) == 0
    async with stand.running():
        await stand.all_stored()
    assert stand.rows("SELECT count(), uniq(dedup_id) FROM events_store") == [(6, 6)]
    assert await back(stand, dry_run=True) == asked


async def test_a_group_at_work_is_left_alone(stand: Stand) -> None:
    await stand.put(stand.raw, message("sent"))
    async with stand.running():
        await stand.all_stored()
        with pytest.raises(ConfigurationError, match="stop its sinks"):
            await back(stand)


def test_the_command_says_what_will_be_looked_at(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use(monkeypatch, stand.config.clickhouse, writer=True)
    monkeypatch.setenv(
        "TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS", stand.config.kafka.bootstrap_servers
    )
    monkeypatch.setenv("TWILIO_PIPELINE_PRIVACY_HASH_KEY", "0123456789abcdef")
    monkeypatch.setenv(GROUP, stand.config.sink.group_id)
    asked = ["rewind", "--from", "2026-01-01", "--topic", stand.raw]
    assert run(asked) == 0
    assert capsys.readouterr().out == "the sink has read nothing that Kafka got since then\n"
