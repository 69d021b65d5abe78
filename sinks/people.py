"""What the sink knows of people beyond their rows: clear numbers to keep, and who was erased.

Numbers are noted while rows are made and written before the rows are, so that every stored hash
can be resolved for as long as clear numbers are kept. Whoever was erased is taken out of rows in
the moment they are inserted, whenever and however often those were read.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from operator import is_
from typing import Final

import msgspec
from clickhouse_connect.driver.client import Client

from pipeline.privacy import Pseudonymizer
from sinks.load import Row
from sinks.sql import load_sql
from sinks.tables.table import Table

#: A person's row is written again when it has not been for so long.
_HOUR: Final = 3600
_REMEMBERED: Final = 200_000
#: An erasure takes effect on inserts this much later at most.
FRESH_SECONDS: Final = 1.0
_MS: Final = 1000
#: What of a row is about a person, and what stands there once the person is not.
_PERSONAL: Final[dict[str, object]] = {
    "to_hash": "",
    "to_masked": "",
    "from_hash": "",
    "from_address": "",
    "tags": {},
    "payload": b"",
}
_TIMES: Final = ("event_time", "decided_at")


class _Seen(msgspec.Struct, frozen=True):
    number: str
    at_ms: int
    received_s: int


class People:
    """Shared by the threads that make rows, prepare inserts and insert."""

    def __init__(
        self,
        pseudonymizer: Pseudonymizer,
        *,
        keep_numbers: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pseudonymizer = pseudonymizer
        self._keep_numbers = keep_numbers
        self._clock = clock
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._pending: dict[str, _Seen] = {}
        self._written: dict[str, int] = {}
        self._erased: dict[str, int] = {}
        self._asked_at = float("-inf")

    def note(self, number: str, person: str, at_ms: int, received_ms: int) -> None:
        """Somebody stands in an event of this time, received then; ``person`` is the hash."""
        received_s = received_ms // _MS
        hour = received_s // _HOUR
        if not person or self._written.get(person) == hour:
            return
        with self._lock:
            if len(self._written) >= _REMEMBERED:
                self._written.clear()
            self._written[person] = hour
            # What is no UTF-8 would keep every later row from being inserted.
            written = number.encode("utf-8", "replace").decode()
            self._pending[person] = _Seen(written, at_ms, received_s)

    def settle(
        self, client: Client, database: str, table: Table, rows: Sequence[Row]
    ) -> Sequence[Row]:
        """Write the noted numbers, and return the rows without whoever was erased.

        The very same rows where there is nobody to leave out. Raises as ``write_down`` does.
        """
        self.write_down(client, database, table)
        return without(self._erased, table, rows) if _has_people(table) else rows

    def write_down(self, client: Client, database: str, table: Table) -> None:
        """Write the noted numbers before rows of this table are stored.

        Raises ClickHouse's errors; what could not be written is written the next time.
        """
        if _has_people(table):
            with self._writing:  # whoever comes second finds all written, or writes it
                self._refresh(client, database)
                self._write_numbers(client, database)

    def _refresh(self, client: Client, database: str) -> None:
        if self._clock() - self._asked_at < FRESH_SECONDS:
            return
        found = client.query(load_sql("erasures", database)).result_rows
        self._erased = {str(person): int(at_ms) for person, at_ms in found}
        self._asked_at = self._clock()

    def _write_numbers(self, client: Client, database: str) -> None:
        with self._lock:
            noted, self._pending = self._pending, {}
        seen = {
            person: each
            for person, each in noted.items()
            if each.at_ms > self._erased.get(person, each.at_ms - 1)
        }
        try:
            self._write(client, database, seen)
        except BaseException:
            with self._lock:
                self._pending = noted | self._pending
            raise

    def _write(self, client: Client, database: str, seen: Mapping[str, _Seen]) -> None:
        numbers = [(person, each.number, each.received_s) for person, each in seen.items()]
        if numbers and self._keep_numbers:
            _insert(client, database, "clear_numbers", ("to_hash", "number"), numbers)
        former = [
            (before, person, each.received_s)
            for person, each in seen.items()
            for before in self._pseudonymizer.former_hashes(each.number)
        ]
        if former:
            _insert(client, database, "former_hashes_store", ("former_hash", "to_hash"), former)


def _insert(
    client: Client, database: str, table: str, texts: tuple[str, str], rows: Sequence[Row]
) -> None:
    """Two texts and the second when the person was seen; with types, for else it asks for them."""
    client.insert(
        table,
        list(zip(*rows, strict=True)),
        database=database,
        column_names=(*texts, "seen_at"),
        column_type_names=("String", "String", "DateTime"),
        column_oriented=True,
    )


def _has_people(table: Table) -> bool:
    return "to_hash" in table.column_names


def without(erased: Mapping[str, int], table: Table, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows, each without a person who was erased (hash to epoch ms) after it happened."""
    if not erased:
        return rows
    names = table.column_names
    hashes = [names.index(name) for name in ("to_hash", "from_hash") if name in names]
    when = next(names.index(name) for name in _TIMES if name in names)
    kept = [
        _detached(row, names)
        if any(_before(row[when], erased.get(str(row[place]))) for place in hashes)
        else row
        for row in rows
    ]
    return rows if all(map(is_, kept, rows)) else kept


def _before(happened_ms: object, erased_ms: int | None) -> bool:
    return erased_ms is not None and isinstance(happened_ms, int) and happened_ms <= erased_ms


def _detached(row: Row, names: Sequence[str]) -> Row:
    """A sender of the account's own, which has no hash, is nobody's personal data."""
    own_sender = "from_hash" in names and not row[names.index("from_hash")]
    return tuple(
        value if own_sender and name == "from_address" else _PERSONAL.get(name, value)
        for name, value in zip(names, row, strict=True)
    )
