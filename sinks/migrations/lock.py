"""Only one at a time migrates a database.

ClickHouse has no locks, but a column is renamed only by one who knows its present name. So the
lock is the name of a column: ``free``, or one that only its holder knows to be its own. Taking
it, taking over a dead one's and giving it back are each one rename, of which a second one fails.
On a cluster the table's structure is Keeper's, and renames are compared there.

The holder counts in the column's default; one whose count stands still is dead. Who finds that
its own name is gone has been taken for dead and stops.
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import msgspec
import structlog
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from pipeline.errors import PipelineError, UnavailableError
from pipeline.settings import ClickHouseSettings
from sinks.clickhouse import connect, translated
from sinks.rendering import rendered
from sinks.sql import load_sql

_log: Final = structlog.get_logger(__name__)
_BEAT_SECONDS: Final = 5.0
#: Who could not count for so long stops, well before others take the lock over.
_LEASE_SECONDS: Final = 20.0
_DEAD_SECONDS: Final = 30.0
_LONGEST_WAIT_SECONDS: Final = 600.0
_POLL_SECONDS: Final = 0.5
_FREE: Final = "free"
_OTHERS: Final = frozenset(
    {
        10,  # NOT_FOUND_COLUMN_IN_BLOCK
        60,  # UNKNOWN_TABLE
    }
)
_BEHIND: Final = 517  # CANNOT_ASSIGN_ALTER: this replica has not heard of the last rename yet


class Holder(msgspec.Struct, frozen=True):
    """Who holds the lock: the column's name, how far it has counted, and where it runs."""

    column: str
    count: str
    place: str


class Lease:
    """What the holder asks before each step; told by the thread that counts."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._renewed_at = clock()
        self._lost = False

    def renew(self, at: float) -> None:
        """The lock was still ours at this time."""
        self._renewed_at = at

    def lose(self) -> None:
        """Somebody else has it."""
        self._lost = True

    def check(self) -> None:
        """UnavailableError when the lock may be another's by now."""
        if self._lost or self._clock() - self._renewed_at > _LEASE_SECONDS:
            raise UnavailableError(
                "this migration stood still for too long and another may have taken over: "
                "run it again"
            )


class Watch:
    """Tells by its count whether a holder lives, by the watcher's own clock."""

    def __init__(self, now: float) -> None:
        self._seen: Holder | None = None
        self._since = now

    def dead(self, holder: Holder, now: float) -> bool:
        """Whether this one has stood still for too long."""
        if holder != self._seen:
            self._seen, self._since = holder, now
        return now - self._since > _DEAD_SECONDS


@contextmanager
def lock(client: Client, settings: ClickHouseSettings) -> Iterator[Lease]:
    """Hold the database's lock for the block.

    UnavailableError when another one holds it for ten minutes.
    """
    client.command(rendered(load_sql("create_lock", settings.database), settings.mode))
    mine = f"held_{secrets.token_hex(8)}"
    _acquire(client, settings.database, mine)
    lease, ended = Lease(), threading.Event()
    counting = threading.Thread(target=_count, args=(settings, mine, lease, ended), daemon=True)
    counting.start()
    try:
        yield lease
    finally:
        ended.set()
        counting.join()
        _rename(client, settings.database, mine, _FREE)


def _acquire(client: Client, database: str, mine: str) -> None:
    started = time.monotonic()
    watch = Watch(started)
    while not _rename(client, database, _FREE, mine):
        now = time.monotonic()
        holder = _holder(client, database)
        if holder.column != _FREE and watch.dead(holder, now):
            _log.warning("taking over from a migration that died", holder=holder.place)
            if _rename(client, database, holder.column, mine):
                return
        if now - started > _LONGEST_WAIT_SECONDS:
            raise UnavailableError(
                f"another migration of database {database} goes on ({holder.place}): "
                "try again when it is done"
            )
        time.sleep(_POLL_SECONDS)


def _holder(client: Client, database: str) -> Holder:
    (row,) = client.query(load_sql("lock_holder", database)).result_rows
    return Holder(*map(str, row))


def _rename(client: Client, database: str, old: str, new: str) -> bool:
    """Whether it had the old name."""
    return _alter(client, database, f"RENAME COLUMN {old} TO {new}")


def _alter(client: Client, database: str, change: str) -> bool:
    while True:
        try:
            client.command(f"ALTER TABLE {database}.migrations_lock {change}")
        except DatabaseError as error:
            if error.code in _OTHERS:
                return False
            if error.code != _BEHIND:
                raise
            time.sleep(_POLL_SECONDS)
        else:
            return True


def _count(settings: ClickHouseSettings, mine: str, lease: Lease, ended: threading.Event) -> None:
    place, number, wait = f"{socket.gethostname()} {os.getpid()}", 0, 0.0
    while not ended.wait(wait):
        number, wait, now = number + 1, _BEAT_SECONDS, time.monotonic()
        change = f"MODIFY COLUMN {mine} UInt64 DEFAULT {number} COMMENT '{place}'"
        # One that fails is followed by the next, well before the lock counts as dead.
        with suppress(PipelineError), connect(settings, "default") as own, translated(settings):
            if not _alter(own, settings.database, change):
                lease.lose()
                return
            lease.renew(now)
