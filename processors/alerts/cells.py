"""From full-value upserts of cells to changes of counts, each counted once."""

from collections import defaultdict
from typing import Final

import msgspec

from pipeline.items.funnel_cell import FunnelCell
from pipeline.items.window_cell import WindowCell
from processors.alerts.ages import MINUTE_S
from processors.alerts.change import Change
from processors.alerts.slices import Leaf

#: What conversions of verifications are called beside messaging, verify and voice.
CONVERSION: Final = "verify_conversion"
#: A verification lives ten minutes; its cohort is judged a minute later.
_CONVERSION_MINUTES: Final = 11


class _Held(msgspec.Struct, array_like=True):
    """The newest value seen of one cell."""

    version: int
    sent: int
    known: int
    failed: int


_CellId = tuple[str, ...]


class CellBook:
    """The newest value of every cell that may still change, by minute.

    An upsert whose version is not above the known one is a repeat and changes nothing. Cells are
    forgotten ``horizon_minutes`` after their minute, later than the source's own horizon.
    """

    def __init__(self, horizon_minutes: int) -> None:
        self._horizon = horizon_minutes
        self._cells: defaultdict[int, dict[_CellId, _Held]] = defaultdict(dict)
        self._conversions: defaultdict[int, dict[_CellId, tuple[Leaf, _Held]]] = defaultdict(dict)

    def upsert(self, cell: WindowCell) -> Change | None:
        """Take a window cell in; give what it changes."""
        leaf = (
            cell.product,
            cell.account_sid,
            cell.channel,
            cell.service_sid,
            cell.country,
            cell.carrier,
            cell.sender_type,
        )
        place = (*leaf, cell.error_class, cell.source_topic, str(cell.source_partition))
        failed = cell.undelivered + cell.failed
        known = cell.delivered + failed
        new = _Held(cell.version, cell.sent - cell.canceled, known, failed)
        return self._replace(leaf, place, cell.window_start // MINUTE_S, new)

    def upsert_funnel(self, cell: FunnelCell) -> None:
        """Take a cell of the Verify funnel in.

        Approvals come within a minute and expiries after ten, so a cohort is judged as a whole
        once it is over (``matured``).
        """
        leaf = (CONVERSION, cell.account_sid, cell.channel, cell.service_sid, cell.country, "", "")
        place = (*leaf, cell.source_topic, str(cell.source_partition))
        minute = cell.window_start // MINUTE_S
        new = _Held(cell.version, cell.started - cell.canceled, cell.approved, 0)
        held = self._conversions[minute].get(place)
        if held is None or held[1].version < new.version:
            self._conversions[minute][place] = (leaf, new)

    def _replace(self, leaf: Leaf, place: _CellId, minute: int, new: _Held) -> Change | None:
        cells = self._cells[minute]
        old = cells.get(place)
        if old is None:
            cells[place] = new
            return Change(leaf, minute, new.sent, new.sent - new.known, new.known, new.failed)
        if new.version <= old.version:
            return None
        cells[place] = new
        sent, known = new.sent - old.sent, new.known - old.known
        return Change(leaf, minute, sent, sent - known, known, new.failed - old.failed)

    def matured(self, minute: int) -> list[Change]:
        """Give the verifications that are over by the end of ``minute``, whole cohorts."""
        over = sorted(m for m in self._conversions if m + _CONVERSION_MINUTES <= minute)
        changes = []
        for cohort in over:
            for leaf, held in self._conversions.pop(cohort).values():
                failed = held.sent - held.known
                changes.append(Change(leaf, minute, held.sent, 0, held.sent, failed))
        return changes

    def forget(self, minute: int) -> None:
        """Drop the cells behind the horizon as of ``minute``."""
        for old in [each for each in self._cells if each < minute - self._horizon]:
            del self._cells[old]

    def encode(self) -> bytes:
        """Write all cells, to be taken over by ``restore``."""
        cells = [(m, list(held.items())) for m, held in self._cells.items()]
        conversions = [(m, list(held.items())) for m, held in self._conversions.items()]
        return msgspec.msgpack.encode((cells, conversions))

    def restore(self, body: bytes) -> None:
        """Take over what ``encode`` wrote."""
        cells, conversions = _decode(body)
        for minute, held in cells:
            self._cells[minute].update(held)
        for minute, over in conversions:
            self._conversions[minute].update(over)

    def size(self) -> int:
        """How many cells are held."""
        held = sum(len(cells) for cells in self._cells.values())
        return held + sum(len(cells) for cells in self._conversions.values())


_decode: Final = msgspec.msgpack.Decoder(
    tuple[
        list[tuple[int, list[tuple[_CellId, _Held]]]],
        list[tuple[int, list[tuple[_CellId, tuple[Leaf, _Held]]]]],
    ]
).decode
