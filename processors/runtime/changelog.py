"""The changelog as Faust's table gives it: rows are read at a recovery and then let go.

Faust would keep every row in memory for as long as the worker lives, and read only what is new at
the next recovery. The state is in the folds by then, so that is memory for nothing: twice the
live state, encoded. Instead the rows go once they are restored, and the next recovery reads anew.
"""

from collections.abc import Iterator
from typing import cast

import faust
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from faust.types.tables import TableT

from processors.runtime.segments import Found, Place, read_rows


class Changelog:
    """The rows a recovery has read."""

    def __init__(self, app: faust.App, table: TableT[bytes, bytes]) -> None:
        self._app = app
        self._table = table

    @property
    def is_out_of_date(self) -> bool:
        """Whether another recovery has been called for since the one that read these rows."""
        return self._recovery().signal_recovery_start.is_set()

    @property
    def left(self) -> int | None:
        """How many records a recovery has yet to read; None when none is under way."""
        recovery = self._recovery()
        return recovery.active_remaining_total() if recovery.in_recovery else None

    @property
    def topic(self) -> str:
        """The topic's name."""
        return self._table.changelog_topic.get_topic_name()

    def take(self) -> dict[Place, Found]:
        """Give what was read, by source partition, and free Faust's copy."""
        return read_rows(self._drained())

    def _drained(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Empty the store, not the table: that would delete the rows from the changelog."""
        while self._table.data:
            yield self._table.data.popitem()

    def forget(self) -> None:
        """Have the next recovery read from the beginning."""
        self._table.data.clear()
        recovery = self._recovery()
        for tp in recovery.active_tps:
            recovery.revoke(tp)

    def _recovery(self) -> Recovery:
        return cast("TableManager", self._app.tables).recovery
