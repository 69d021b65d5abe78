"""A database of a test's own, with tables in the places of the views."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from clickhouse_connect.driver.asyncclient import AsyncClient

from local.analyst import Analyst
from local.truth.rows import CellCounts, CellKey, EventRow, MessageRow
from local.truth.truth import Truth

_TABLES = Path(__file__).with_name("tables.sql").read_text("utf-8")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WINDOW_COLUMNS = [*CellKey._fields, *CellCounts._fields]


class Stage:
    """Stores what a pipeline with or without faults would have stored."""

    def __init__(self, writer: AsyncClient, analyst: Analyst) -> None:
        self._writer = writer
        self.analyst = analyst

    async def create_tables(self) -> None:
        for statement in _TABLES.split(";"):
            await self._writer.command(statement)

    async def store(self, truth: Truth) -> None:
        """Store all rows as this (maybe false) truth has them."""
        accounts = {sid: row.account_sid for sid, row in truth.messages.items()}
        await self.store_events(truth.events, accounts)
        await self._insert("messages", [_message(*item) for item in truth.messages.items()])
        await self.store_windows(truth.windows)

    async def store_events(self, events: dict[str, EventRow], accounts: dict[str, str]) -> None:
        rows = [
            [key, *row[:2], _time(row.event_ms), *row[3:], accounts.get(row.subject_sid, "")]
            for key, row in events.items()
        ]
        await self._insert("events", rows)

    async def store_windows(self, windows: dict[CellKey, CellCounts]) -> None:
        rows = [
            [datetime.fromtimestamp(key.window_start, UTC), *key[1:], *counts]
            for key, counts in windows.items()
        ]
        await self._insert("delivery_windows", rows, _WINDOW_COLUMNS)

    async def _insert(
        self, table: str, rows: list[list[Any]], columns: list[str] | str = "*"
    ) -> None:
        await self._writer.insert(table, rows, column_names=columns)


def _message(sid: str, row: MessageRow) -> list[Any]:
    return [sid, *row[:-2], *(None if ms is None else _time(ms) for ms in row[-2:])]


def _time(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)
