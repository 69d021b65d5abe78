"""The store's rows of a range, in order of time, a bounded slice at a time."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from clickhouse_connect.driver.client import Client

from pipeline.errors import ConfigurationError, PermanentError
from pipeline.settings import ClickHouseSettings
from sinks.audit.sql import load_sql
from sinks.clickhouse import translated

#: Records of one question: what a reader may ask for at once, with room for a busy minute.
_SLICE: Final = 200_000


class Slice(msgspec.Struct, frozen=True):
    """A stretch of the range with about so many records; epoch ms, the end not in it."""

    start: int
    end: int
    records: int


class Source:
    """Reads through the views, as whoever the client is; raises as ``translated`` does."""

    def __init__(
        self, client: Client, settings: ClickHouseSettings, *, clear_numbers: bool
    ) -> None:
        self._client = client
        self._settings = settings
        self._statement = _records_sql(clear_numbers)

    def slices(self, start: datetime, end: datetime) -> list[Slice]:
        """Cut the range; empty when nothing is in it."""
        span = {"start": _ms(start), "end": _ms(end), "size": _SLICE}
        sql = load_sql("slices").replace("{subjects}", load_sql("subjects"))
        with translated(self._settings):
            rows = self._client.query(sql, parameters=span).result_rows
        starts = [max(int(first) * 1000, _ms(start)) for first, _ in rows]
        ends = [*starts[1:], _ms(end)]
        counts = [int(count) for _, count in rows]
        return [Slice(*each) for each in zip(starts, ends, counts, strict=False)]

    def rows(self, part: Slice) -> Iterator[Sequence[Any]]:
        """The slice's rows in the order of FIELDS."""
        span = {"start": part.start, "end": part.end}
        with (
            translated(self._settings),
            self._client.query_row_block_stream(self._statement, parameters=span) as blocks,
        ):
            for block in blocks:
                yield from block


def require_numbers(client: Client, settings: ClickHouseSettings) -> None:
    """ConfigurationError when this user may not read clear numbers."""
    try:
        with translated(settings):
            client.command("SELECT number FROM clear_numbers LIMIT 0")
    except PermanentError as error:
        raise ConfigurationError(
            "this user may not read clear numbers: leave --clear-numbers out, or set "
            "TWILIO_PIPELINE_CLICKHOUSE_USER to one that has the role for it"
        ) from error


def _records_sql(clear_numbers: bool) -> str:
    pieces = {
        "{subjects}": load_sql("subjects"),
        "{number}": "nullIf(known.number, '')"
        if clear_numbers
        else "CAST(NULL, 'Nullable(String)')",
        "{join}": load_sql("numbers") if clear_numbers else "",
    }
    statement = load_sql("records")
    for name, piece in pieces.items():
        statement = statement.replace(name, piece)
    return statement


def _ms(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp() * 1000)
