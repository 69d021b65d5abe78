"""The audit of what was done about dead letters."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec
from clickhouse_connect.driver.client import Client

from sinks.dead_letters.choice import Filed

_COLUMNS: Final = (
    "acted_at",
    "actor",
    "run_id",
    "action",
    "origin",
    "reason",
    "to_topic",
    "to_partition",
    "to_offset",
)


class Action(msgspec.Struct, frozen=True):
    """One step about one letter; ``to_offset`` is -1 until Kafka has the record."""

    action: str
    letter: Filed
    to_topic: str = ""
    to_partition: int = -1
    to_offset: int = -1


class Book:
    """Where one call of the command writes down its actions."""

    def __init__(self, client: Client, actor: str, run_id: str) -> None:
        self._client = client
        self._actor = actor
        self._run_id = run_id

    def write(self, actions: Sequence[Action]) -> None:
        """Write them down in one insert."""
        now = datetime.now(UTC)
        rows = [
            (
                now,
                self._actor,
                self._run_id,
                each.action,
                each.letter.origin,
                each.letter.reason,
                each.to_topic,
                each.to_partition,
                each.to_offset,
            )
            for each in actions
        ]
        if rows:
            self._client.insert("dead_letter_actions_store", rows, column_names=_COLUMNS)


def discard(book: Book, letters: Sequence[Filed]) -> None:
    """Note that nobody will replay them; they stay until their time is over."""
    book.write([Action("discarded", letter) for letter in letters])
