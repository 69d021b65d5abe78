"""A database of a test's own, with tables in the places of the views."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from clickhouse_connect.driver.asyncclient import AsyncClient

from local.truth.rows import (
    CallRow,
    CellCounts,
    CellKey,
    EventRow,
    FunnelCounts,
    FunnelKey,
    MessageRow,
    VerificationRow,
)
from local.truth.truth import Truth
from pipeline.analyst import Analyst

_TABLES = Path(__file__).with_name("tables.sql").read_text("utf-8")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WINDOW_COLUMNS = [*CellKey._fields, *CellCounts._fields]
_FUNNEL_COLUMNS = [*FunnelKey._fields, *FunnelCounts._fields]


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
        await self._store_others(truth)

    async def _store_others(self, truth: Truth) -> None:
        await self._insert("verify_attempts", [_message(*item) for item in truth.attempts.items()])
        await self._insert(
            "verifications", [_verification(*item) for item in truth.verifications.items()]
        )
        await self._insert("calls", [_call(*item) for item in truth.calls.items()])
        await self._insert("outcomes", _told(truth))
        errors = [[key, row[0], _time(row.event_ms), *row[2:]] for key, row in truth.errors.items()]
        await self._insert("errors", errors)
        await self._insert(
            "verify_funnel",
            [
                [datetime.fromtimestamp(key.window_start, UTC), *key[1:], *counts]
                for key, counts in truth.funnel.items()
            ],
            _FUNNEL_COLUMNS,
        )

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
        await self._writer.insert(f"{table}_store", rows, column_names=columns)


def _message(sid: str, row: MessageRow) -> list[Any]:
    return [sid, *row[:-2], *map(_optional, row[-2:])]


def _verification(sid: str, row: VerificationRow) -> list[Any]:
    told = row.status != "pending"
    ended = _optional(row.finished_ms)
    started = _time(row.started_ms)
    return [sid, *row[:5], started, ended, list(row.channels), *row[8:], told]


def _call(sid: str, row: CallRow) -> list[Any]:
    times = [_time(row.started_ms), _optional(row.answered_ms), _optional(row.ended_ms)]
    return [sid, *row[:3], *times, row.duration_s]


def _told(truth: Truth) -> list[list[Any]]:
    """What is told of messages and attempts that failed, each at once, and of calls."""
    found = [
        [f"{sid}:{row.outcome}", row.outcome, sid, row.account_sid, "", "", row.error_code]
        for table in (truth.messages, truth.attempts)
        for sid, row in table.items()
        if row.outcome in {"failed", "undelivered"}
    ]
    kinds = {"busy": "undelivered", "no-answer": "undelivered", "failed": "failed"}
    for sid, call in truth.calls.items():
        if kind := kinds.get(call.outcome):
            found.append([f"{sid}:{kind}", kind, sid, call.account_sid, "", "", 0])
    return found


def _optional(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else _time(milliseconds)


def _time(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)
