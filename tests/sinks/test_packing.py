"""A body made ahead of its insert stores the same rows, and nobody who was erased meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pipeline.privacy import Pseudonymizer
from sinks.people import FRESH_SECONDS, People
from sinks.store import ClickHouseStore
from sinks.tables.events import EVENTS, EventRows
from tests.sinks.events import PERSON, message
from tests.sinks.shelf import HASH, TOPIC
from tests.sinks.stand import HASH_KEY, RECEIVED_AT

if TYPE_CHECKING:
    from sinks.load import Row
    from tests.sinks.shelf import Shelf

PSEUDONYMIZER = Pseudonymizer(HASH_KEY.encode())


def rows(*elements: bytes, people: People | None = None) -> list[Row]:
    maker = EventRows(PSEUDONYMIZER, keep_bodies=False, note=people.note if people else None)
    return [
        maker.row(msgspec.Raw(each), RECEIVED_AT, (TOPIC, 0, number, 0))
        for number, each in enumerate(elements)
    ]


async def test_a_body_made_ahead_stores_what_its_rows_would(shelf: Shelf) -> None:
    made = rows(message("sent", tags={"a": "b"}), message("delivered", errorCode="30003"))
    store = ClickHouseStore(shelf.client, shelf.settings)
    columns = "SELECT * EXCEPT kafka_topic FROM events_store WHERE kafka_topic = "
    body = await store.prepare(EVENTS.name, made)
    assert body is not None
    await store.insert(EVENTS.name, made, "ahead", body)
    ahead = shelf.rows(f"{columns} '{TOPIC}' ORDER BY kafka_offset")
    other = [(*row[:-4], "other", *row[-3:]) for row in made]
    await store.insert(EVENTS.name, other, "at once")
    assert len(ahead) == len(made)
    assert shelf.rows(f"{columns} 'other' ORDER BY kafka_offset") == ahead


async def test_numbers_are_written_when_a_body_is_made(shelf: Shelf) -> None:
    people = People(PSEUDONYMIZER)
    store = ClickHouseStore(shelf.client, shelf.settings, people)
    assert await store.prepare(EVENTS.name, rows(message("sent"), people=people))
    assert shelf.rows("SELECT to_hash, number FROM clear_numbers") == [(HASH(PERSON), PERSON)]


async def test_who_is_erased_after_a_body_was_made_is_not_stored(shelf: Shelf) -> None:
    now = 0.0
    people = People(PSEUDONYMIZER, clock=lambda: now)
    store = ClickHouseStore(shelf.client, shelf.settings, people)
    made = rows(message("sent"), message("delivered", to="+15550100003"), people=people)
    body = await store.prepare(EVENTS.name, made)
    erased = [(HASH(PERSON), RECEIVED_AT)]
    shelf.client.insert("erasures", erased, column_names=("to_hash", "erased_at"))
    now += FRESH_SECONDS
    await store.insert(EVENTS.name, made, "token", body)
    kept = [("",), (HASH("+15550100003"),)]
    assert shelf.rows("SELECT to_hash FROM events_store ORDER BY kafka_offset") == kept


async def test_there_is_no_body_of_rows_that_no_column_can_hold(shelf: Shelf) -> None:
    (row,) = rows(message("sent"))
    store = ClickHouseStore(shelf.client, shelf.settings)
    assert await store.prepare(EVENTS.name, [(*row[:-1], "no number")]) is None
