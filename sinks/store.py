"""The real store: ClickHouse over HTTP, its blocking client kept off the event loop."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from pipeline import metrics
from pipeline.errors import PermanentError, PipelineError
from pipeline.settings import ClickHouseSettings
from sinks.clickhouse import translated
from sinks.errors import RefusedRowsError
from sinks.load import Row
from sinks.packing import COMPRESSION, pack
from sinks.people import People
from sinks.ranges import Place, Range
from sinks.sql import load_sql
from sinks.tables.alert_deliveries import ALERT_DELIVERIES
from sinks.tables.alerts import ALERTS
from sinks.tables.dead_letters import DEAD_LETTERS
from sinks.tables.events import EVENTS
from sinks.tables.fallback import FALLBACK_STEPS
from sinks.tables.funnel import FUNNEL
from sinks.tables.message_prices import MESSAGE_PRICES
from sinks.tables.outcomes import OUTCOMES
from sinks.tables.table import Table
from sinks.tables.usage import USAGE
from sinks.tables.windows import WINDOWS

TABLES: Final = {
    table.name: table
    for table in (
        *(EVENTS, WINDOWS, FUNNEL, OUTCOMES, FALLBACK_STEPS),
        *(ALERTS, ALERT_DELIVERIES, USAGE, MESSAGE_PRICES, DEAD_LETTERS),
    )
}
_INSERT_SETTINGS: Final = {
    "async_insert": 0,
    "deduplicate_blocks_in_dependent_materialized_views": 1,
    # Events may carry any time, and each month is a part of its own.
    "max_partitions_per_insert_block": 0,
}
# On a cluster an insert counts when a quorum has it; one after the other, so that a replica
# that has the last quorum has all, and reading from such a one tells what is really there.
_QUORUM: Final = {"insert_quorum": "auto", "insert_quorum_parallel": 0}
_AFTER_QUORUM: Final = {"select_sequential_consistency": 1}
# What the driver lets through when a value does not fit its column.
_UNWRITABLE: Final = (ValueError, TypeError, OverflowError)
# It logs each such value's error with its whole trace; we tell of them in dead letters.
logging.getLogger("clickhouse_connect.driver.transform").setLevel(logging.CRITICAL)


class ClickHouseStore:
    """Inserts and counts; raises UnavailableError, RefusedRowsError or PermanentError."""

    def __init__(
        self, client: Client, settings: ClickHouseSettings, people: People | None = None
    ) -> None:
        self._client = client
        self._people = people
        self._settings = settings
        replicated = settings.mode == "replicated"
        self._insert_settings = {**_INSERT_SETTINGS, **(_QUORUM if replicated else {})}
        self._read_settings = _AFTER_QUORUM if replicated else {}

    async def prepare(self, table: str, rows: Sequence[Row]) -> bytes | None:
        """The body of their insert, made ahead of it; None where the insert has to find out why.

        What is known of people is written down ahead, too.
        """
        return await asyncio.to_thread(self._prepare, TABLES[table], rows)

    async def insert(
        self, table: str, rows: Sequence[Row], token: str, body: bytes | None = None
    ) -> None:
        """Insert the rows in one statement; ``body`` is what ``prepare`` made of them."""
        with metrics.SINK_INSERT_SECONDS.labels(table=table).time():
            await asyncio.to_thread(self._insert, TABLES[table], rows, token, body)
        metrics.SINK_ROWS.labels(table=table).inc(len(rows))

    async def held(self, table: str, within: Range) -> set[Place]:
        """The places within the range that have a row."""
        rows = await asyncio.to_thread(self._held, table, within)
        return {(int(offset), int(index)) for offset, index in rows}

    async def complete(self, table: str, within: Range) -> None:
        """Join the range's events once more: an insert may have died between."""
        if table == EVENTS.name:
            await asyncio.to_thread(self._refeed, within)

    def _prepare(self, table: Table, rows: Sequence[Row]) -> bytes | None:
        try:
            if self._people:
                with translated(self._settings):
                    self._people.write_down(self._client, self._settings.database, table)
            return pack(table, self._settings.database, rows)
        except (PipelineError, ClickHouseError, *_UNWRITABLE):
            return None

    def _insert(self, table: Table, rows: Sequence[Row], token: str, body: bytes | None) -> None:
        private = self._private(table, rows)
        try:
            with translated(self._settings):
                if body is None or private is not rows:
                    body = pack(table, self._settings.database, private)
                self._send(body, token)
        except _UNWRITABLE as error:
            cause = type(error).__name__  # its text may quote the value
            raise RefusedRowsError(f"rows of {table.name} can't be written", cause) from error

    def _private(self, table: Table, rows: Sequence[Row]) -> Sequence[Row]:
        """No row is at fault when what is known of people can't be read or written."""
        if self._people is None:
            return rows
        try:
            with translated(self._settings):
                return self._people.settle(self._client, self._settings.database, table, rows)
        except RefusedRowsError as error:
            raise PermanentError(f"clear numbers can't be written: {error}") from error

    def _send(self, body: bytes, token: str) -> None:
        self._client.raw_insert(
            "",  # the body says where to
            insert_block=body,
            compression=COMPRESSION,
            settings={**self._insert_settings, "insert_deduplication_token": token},
        )

    def _held(self, table: str, within: Range) -> Sequence[Sequence[int]]:
        parameters = {"table": table, **_parameters(within)}
        with translated(self._settings):
            sql = load_sql("held", self._settings.database)
            answer = self._client.query(sql, parameters=parameters, settings=self._read_settings)
            return answer.result_rows

    def _refeed(self, within: Range) -> None:
        with translated(self._settings):
            sql = load_sql("refeed_events", self._settings.database)
            settings = {**self._insert_settings, **self._read_settings}
            self._client.command(sql, parameters=_parameters(within), settings=settings)


def _parameters(within: Range) -> dict[str, object]:
    return {
        "topic": within.partition.topic,
        "partition": within.partition.number,
        "first": within.first,
        "last": within.last,
    }
