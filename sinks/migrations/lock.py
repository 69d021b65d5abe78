"""Only one at a time migrates a database.

ClickHouse has no locks, but makes a table of a name only once: who makes ``migrations_lock`` holds
it. On a cluster the table's path in Keeper is the same for all replicas, so it is made once there
too. The holder changes the table's comment every few seconds; a holder whose comment stands still
is dead, and its lock is broken. (From another replica the comment can't be seen: there a dead
holder's lock is waited for in vain, and the error says how to remove it.)
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

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
_DEAD_SECONDS: Final = 30.0
_LONGEST_WAIT_SECONDS: Final = 600.0
_POLL_SECONDS: Final = 0.5
_HELD: Final = frozenset(
    {
        57,  # TABLE_ALREADY_EXISTS
        253,  # REPLICA_ALREADY_EXISTS
    }
)
_GONE: Final = 60  # UNKNOWN_TABLE


@contextmanager
def lock(client: Client, settings: ClickHouseSettings) -> Iterator[None]:
    """Hold the database's lock for the block.

    UnavailableError when another one holds it for ten minutes.
    """
    holder = f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(4)}"
    _acquire(client, settings, holder)
    ended = threading.Event()
    beats = threading.Thread(target=_beat, args=(settings, holder, ended), daemon=True)
    beats.start()
    try:
        yield
    finally:
        ended.set()
        beats.join()
        client.command(f"DROP TABLE IF EXISTS {settings.database}.migrations_lock SYNC")


def _acquire(client: Client, settings: ClickHouseSettings, holder: str) -> None:
    started = time.monotonic()
    watch = Watch(started)
    while not _make(client, settings, holder):
        now = time.monotonic()
        beat = str(client.command(load_sql("lock_holder", settings.database)))
        if watch.dead(beat, now):
            _log.warning("breaking the lock of a migration that died", holder=beat)
            _break(client, settings)
        if now - started > _LONGEST_WAIT_SECONDS:
            raise UnavailableError(
                f"another migration of database {settings.database} goes on; if there is none, "
                f"run `DROP TABLE {settings.database}.migrations_lock SYNC` where it was made"
            )
        time.sleep(_POLL_SECONDS)


class Watch:
    """Tells by its beats whether a holder lives, by the watcher's own clock."""

    def __init__(self, now: float) -> None:
        self._beat = ""
        self._since = now

    def dead(self, beat: str, now: float) -> bool:
        """Whether this (not empty) beat has stood still for too long."""
        if beat != self._beat:
            self._beat, self._since = beat, now
        return bool(beat) and now - self._since > _DEAD_SECONDS


def _make(client: Client, settings: ClickHouseSettings, holder: str) -> bool:
    text = load_sql("create_lock", settings.database).replace("{holder}", holder)
    return _try(client, rendered(text, settings.mode), _HELD)


def _break(client: Client, settings: ClickHouseSettings) -> None:
    """Renamed first: of several who find it dead, one succeeds."""
    broken = f"{settings.database}.migrations_lock_{secrets.token_hex(4)}"
    if _try(client, f"RENAME TABLE {settings.database}.migrations_lock TO {broken}", {_GONE}):
        client.command(f"DROP TABLE {broken} SYNC")


def _try(client: Client, statement: str, expected: frozenset[int] | set[int]) -> bool:
    try:
        client.command(statement)
    except DatabaseError as error:
        if error.code not in expected:
            raise
        return False
    return True


def _beat(settings: ClickHouseSettings, holder: str, ended: threading.Event) -> None:
    number = 0
    while not ended.wait(_BEAT_SECONDS):
        number += 1
        statement = (
            f"ALTER TABLE {settings.database}.migrations_lock MODIFY COMMENT '{holder} {number}'"
        )
        # A beat that fails is followed by the next one, well before the lock counts as dead.
        with suppress(PipelineError), connect(settings, "default") as own, translated(settings):
            own.command(statement)
