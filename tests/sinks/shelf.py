"""A migrated database that events are stored in without Kafka, in any order and repetition."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import msgspec

from pipeline.privacy import Pseudonymizer
from sinks.clickhouse import connect
from sinks.ranges import Partition, Range
from sinks.store import ClickHouseStore
from sinks.tables.events import EVENTS, EventRows
from tests.sinks.stand import HASH_KEY, RECEIVED_AT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clickhouse_connect.driver.client import Client

    from pipeline.settings import ClickHouseSettings

TOPIC = "twilio.any"
HASH = Pseudonymizer(HASH_KEY.encode()).hash


@dataclass
class Shelf:
    """Each event that is put gets the next offset, as a redelivery would."""

    client: Client
    settings: ClickHouseSettings
    offsets: Iterator[int] = field(default_factory=count)

    async def put(self, *events: bytes) -> None:
        """Store events as one insert."""
        await self.insert(EVENTS.name, [self._row(each) for each in events])

    async def insert(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Store rows of any table."""
        store = ClickHouseStore(self.client, self.settings)
        await store.insert(table, rows, f"token-{next(self.offsets)}")

    async def join_again(self) -> None:
        """What the sink does when it can't tell whether an insert reached the joins."""
        store = ClickHouseStore(self.client, self.settings)
        await store.complete(EVENTS.name, Range(Partition(TOPIC, 0), 0, next(self.offsets)))

    def place(self) -> tuple[str, int, int, int]:
        return (TOPIC, 0, next(self.offsets), 0)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with connect(self.settings) as client:
            return [tuple(row) for row in client.query(sql).result_rows]

    def _row(self, element: bytes) -> tuple[object, ...]:
        maker = EventRows(Pseudonymizer(HASH_KEY.encode()), keep_bodies=False)
        return maker.row(msgspec.Raw(element), RECEIVED_AT, self.place())
