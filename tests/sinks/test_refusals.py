"""What the real engine refuses: a row alone, for a while, or for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from pipeline.errors import PermanentError
from pipeline.masking import masked
from pipeline.records import join
from sinks.clickhouse import connect
from tests.sinks.events import message

if TYPE_CHECKING:
    from tests.sinks.stand import Stand

LETTERS = """
    SELECT reason, detail, kafka_partition, kafka_offset, kafka_index, original
    FROM dead_letters ORDER BY kafka_partition, kafka_offset, kafka_index"""


def command(stand: Stand, *statements: str) -> None:
    with connect(stand.config.clickhouse) as client:
        for statement in statements:
            client.command(statement)


async def test_refused_rows_are_dead_letters_and_their_neighbours_are_stored(stand: Stand) -> None:
    command(stand, "ALTER TABLE events_store ADD CONSTRAINT c CHECK subject_sid NOT LIKE 'SM%7'")
    for number in range(40):
        pair = (message("sent", number=number), message("delivered", number=number))
        await stand.put(stand.raw, *pair, partition=number % 2)
    async with stand.running():
        await stand.eventually(lambda: len(stand.rows(LETTERS)) == 8)
        await stand.all_stored()
    assert stand.rows("SELECT count(), uniqExact(dedup_id) FROM events_store") == [(72, 72)]
    assert stand.rows("SELECT count(), countIf(events = 2) FROM messages") == [(36, 36)]
    detail = "refused: VIOLATED_CONSTRAINT"
    assert stand.rows(LETTERS) == [
        (
            "not_storable",
            detail,
            1,
            number // 2,
            index,
            masked(message(status, number=number)).decode(),
        )
        for number in (7, 17, 27, 37)
        for index, status in enumerate(("sent", "delivered"))
    ]


async def test_a_record_that_a_view_refuses_is_stored_and_told(stand: Stand) -> None:
    command(
        stand,
        "CREATE TABLE odd (n UInt8) ENGINE = MergeTree ORDER BY n",
        "CREATE MATERIALIZED VIEW odd_join TO odd AS"
        " SELECT throwIf(subject_sid = 'SM3') AS n FROM events_inlet",
    )
    for number in range(8):
        await stand.put(stand.raw, message("sent", number=number))
    async with stand.running():
        await stand.eventually(lambda: len(stand.rows(LETTERS)) == 1)
        await stand.all_stored()
    assert stand.rows("SELECT count(), uniqExact(dedup_id) FROM events_store") == [(8, 8)]
    assert stand.rows("SELECT countIf(message_sid != 'SM3') FROM messages") == [(7,)]
    detail = "stored, but not joined: FUNCTION_THROW_IF_VALUE_IS_NON_ZERO"
    original = masked(join([message("sent", number=3)])).decode()
    assert stand.rows(LETTERS) == [("not_storable", detail, 0, 3, -1, original)]


async def test_too_many_parts_are_waited_for(stand: Stand) -> None:
    limits = "parts_to_throw_insert = 1, parts_to_delay_insert = 1"
    command(
        stand,
        "SYSTEM STOP MERGES events_store",
        f"ALTER TABLE events_store MODIFY SETTING {limits}",
    )
    await stand.put(stand.raw, message("sent"))
    await stand.put(stand.raw, message("delivered"), partition=1)
    async with stand.running():
        await stand.eventually(lambda: stand.rows("SELECT count() FROM events_store") == [(2,)])
        await stand.put(stand.raw, message("sent", number=2))
        await stand.eventually(lambda: "parts" in (stand.readiness() or ""))
        command(stand, "ALTER TABLE events_store RESET SETTING parts_to_throw_insert")
        await stand.all_stored()
        assert stand.readiness() is None
    assert stand.rows("SELECT count() FROM events_store") == [(3,)]


async def test_a_full_sink_can_be_stopped_while_clickhouse_takes_nothing(stand: Stand) -> None:
    settings = stand.config.sink.model_copy(update={"batch_rows": 1, "overdue_seconds": 0.3})
    stand.config = msgspec.structs.replace(stand.config, sink=settings)
    limits = "parts_to_throw_insert = 1, parts_to_delay_insert = 1"
    stop, resume = "SYSTEM STOP MERGES events_store", "parts_to_throw_insert"
    command(stand, stop, f"ALTER TABLE events_store MODIFY SETTING {limits}")
    await stand.put(stand.raw, message("sent", number=0))
    async with stand.running():
        await stand.all_stored()
        for number in range(1, 9):
            await stand.put(stand.raw, message("sent", number=number))
        await stand.eventually(lambda: "parts" in (stand.readiness() or ""))
    assert await stand.committed(stand.raw, 0) == 1
    command(stand, f"ALTER TABLE events_store RESET SETTING {resume}")
    async with stand.running():
        await stand.all_stored()
    assert stand.rows("SELECT count(), uniqExact(dedup_id) FROM events_store") == [(9, 9)]


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("ALTER TABLE events_store DROP COLUMN tags", "tags"),
        ("DROP TABLE events_store", "events_store"),
    ],
)
async def test_a_schema_that_lacks_something_stops_the_sink_in_one_line(
    stand: Stand, harm: str, said: str
) -> None:
    offset = await stand.put(stand.raw, message("sent"))
    command(stand, harm)
    with pytest.raises(PermanentError, match=said) as stopped:
        async with stand.running():
            await stand.all_stored()
    assert "\n" not in str(stopped.value)
    assert await stand.committed(stand.raw, 0) == offset
    assert stand.rows("SELECT count() FROM dead_letters") == [(0,)]
