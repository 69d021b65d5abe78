"""From full-value upserts of cells to changes of counts, each counted once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from pipeline.items.funnel_cell import FunnelCell
from pipeline.items.window_cell import WindowCell
from processors.alerts.ages import MINUTE_S
from processors.alerts.cell import NOTHING, Cell, Counts, Place, minute_of, place_of
from processors.alerts.change import Change
from processors.alerts.slices import Leaf

#: What conversions of verifications are called beside messaging, verify and voice.
CONVERSION: Final = "verify_conversion"
#: A verification lives ten minutes; its cohort is judged a minute later, once and for all.
_CONVERSION_MINUTES: Final = 11
#: A cell of a later minute than this from now has a date that can't be true.
_AHEAD_MINUTES: Final = 60

_PlaceId = tuple[Leaf, str, str, int]


class Growth(msgspec.Struct, frozen=True):
    """What an upsert says of failures that nobody knew of; ``codes`` by Twilio's error code."""

    leaf: Leaf
    minute: int
    error_class: str
    failed: int
    codes: dict[int, int]


class CellBook:
    """The newest value of every cell that may still change, by minute.

    An upsert that is older than what is known, or the same, changes nothing. Cells are forgotten
    ``horizon_minutes`` after their minute, and what is older is left alone.
    """

    def __init__(self, horizon_minutes: int) -> None:
        self._horizon = horizon_minutes
        self._minutes: defaultdict[int, dict[int, Cell]] = defaultdict(dict)
        self._pending: defaultdict[int, list[Cell]] = defaultdict(list)
        self._numbers: dict[_PlaceId, int] = {}
        self._places: dict[int, Place] = {}
        self.next_place = 0
        self.changed: set[int] = set()
        self.new_places: set[int] = set()
        self.ignored: Counter[str] = Counter()

    def window(self, cell: WindowCell, now: int) -> Growth | None:
        """Take a window cell in as of minute ``now``; give what failed more than was known."""
        minute = cell.window_start // MINUTE_S
        if not self._is_timely(minute, now):
            return None
        leaf = (
            cell.product,
            cell.account_sid,
            cell.channel,
            cell.service_sid,
            cell.country,
            cell.carrier,
            cell.sender_type,
        )
        failed = cell.undelivered + cell.failed
        counts = Counts(cell.sent - cell.canceled, cell.delivered + failed, failed)
        place = self._place(leaf, cell.error_class, cell.source_topic, cell.source_partition)
        held = self._minutes[minute].get(place)
        known, codes = (held.counts.failed, held.codes or {}) if held else (0, {})
        new = Cell(
            minute, place, cell.version, counts, max(now, minute), NOTHING, cell.codes or None
        )
        if not self._take(held, new) or failed <= known:
            return None
        grown = {c: n - codes.get(c, 0) for c, n in cell.codes.items() if n > codes.get(c, 0)}
        return Growth(leaf, minute, cell.error_class, failed - known, grown)

    def funnel(self, cell: FunnelCell, now: int) -> None:
        """Take a cell of the Verify funnel in.

        Approvals come within a minute and expiries after ten, so a cohort is judged as a whole
        once it is over; what comes later is left alone.
        """
        minute = cell.window_start // MINUTE_S
        if not self._is_timely(minute, now):
            return
        leaf = (CONVERSION, cell.account_sid, cell.channel, cell.service_sid, cell.country, "", "")
        place = self._place(leaf, "", cell.source_topic, cell.source_partition)
        held = self._minutes[minute].get(place)
        if held and held.due < now:
            self.ignored["old"] += 1
            return
        started = cell.started - cell.canceled
        counts = Counts(started, started, started - cell.approved)
        due = held.due if held else max(now, minute + _CONVERSION_MINUTES)
        self._take(held, Cell(minute, place, cell.version, counts, due, NOTHING))

    def _is_timely(self, minute: int, now: int) -> bool:
        if minute < now - self._horizon:
            self.ignored["old"] += 1
        elif minute > now + _AHEAD_MINUTES:
            self.ignored["ahead"] += 1
        else:
            return True
        return False

    def _place(self, leaf: Leaf, error_class: str, topic: str, partition: int) -> int:
        place = (leaf, error_class, topic, partition)
        number = self._numbers.get(place)
        if number is None:
            number = self._numbers[place] = self.next_place
            self.next_place += 1
            self._places[number] = Place(number, *place)
            self.new_places.add(number)
        return number

    def _take(self, held: Cell | None, new: Cell) -> bool:
        if held is None:
            self._minutes[new.minute][new.place] = new
            self._places[new.place].cells += 1
            self._pending[new.due].append(new)
            self.changed.add(new.key)
            return True
        same = held.counts == new.counts and held.codes == new.codes
        if new.version < held.version or (same and new.version == held.version):
            self.ignored["repeated"] += 1
            return False
        if held.due < new.due and not same:
            held.before, held.due = held.counts, new.due
            self._pending[new.due].append(held)
        held.version, held.counts, held.codes = new.version, new.counts, new.codes
        self.changed.add(held.key)
        return not same

    def changes(self, minute: int) -> Iterator[Change]:
        """Give what counts in ``minute``, each once and in an order that a restart keeps."""
        for cell in sorted(self._pending.pop(minute, ()), key=lambda cell: cell.key):
            leaf, now, was = self._places[cell.place].leaf, cell.counts, cell.before
            sent, known = now.sent - was.sent, now.known - was.known
            cohort = minute if leaf[0] == CONVERSION else cell.minute
            yield Change(leaf, cohort, sent, sent - known, known, now.failed - was.failed)

    def codes(self, leaves: Iterable[Leaf], since: int, until: int) -> Counter[int]:
        """Count the error codes of some leaves over the minutes that are still held."""
        wanted = set(leaves)
        places = {number for number, place in self._places.items() if place.leaf in wanted}
        found = Counter[int]()
        for minute in range(max(since, until - self._horizon), until + 1):
            for cell in self._minutes.get(minute, {}).values():
                if cell.codes and cell.place in places:
                    found.update(cell.codes)
        return found

    def forget(self, minute: int) -> None:
        """Drop the cells behind the horizon as of ``minute``."""
        for old in [each for each in self._minutes if each < minute - self._horizon]:
            for cell in self._minutes.pop(old).values():
                self._leave(cell.place)

    def skip_to(self, minute: int) -> None:
        """Leave uncounted what was to count before ``minute``."""
        for old in [each for each in self._pending if each < minute]:
            del self._pending[old]

    def _leave(self, number: int) -> None:
        place = self._places[number]
        place.cells -= 1
        if not place.cells:
            del self._places[number]
            del self._numbers[_id_of(place)]

    # -- state ---------------------------------------------------------------------------------

    def size(self) -> int:
        """How many cells and places are held."""
        return sum(len(cells) for cells in self._minutes.values()) + len(self._places)

    def cell(self, key: int) -> Cell | None:
        """Find a cell by its key; None when it was forgotten."""
        return self._minutes.get(minute_of(key), {}).get(place_of(key))

    def place(self, number: int) -> Place | None:
        """Find a place by its number; None when it was forgotten."""
        return self._places.get(number)

    def put(self, places: Iterable[Place], cells: Iterable[Cell]) -> None:
        """Take over entries of the state; ``resume`` follows once all are there."""
        self._places.update((place.number, place) for place in places)
        for cell in cells:
            self._minutes[cell.minute][cell.place] = cell

    def resume(self, minute: int, next_place: int) -> None:
        """Go on in ``minute`` with what was put."""
        self.next_place = next_place
        for old in [each for each in self._minutes if each < minute - 1 - self._horizon]:
            del self._minutes[old]
        for place in self._places.values():
            place.cells = 0
        for cells in self._minutes.values():
            for cell in cells.values():
                self._places[cell.place].cells += 1
                if cell.due >= minute:
                    self._pending[cell.due].append(cell)
        for number in [n for n, place in self._places.items() if not place.cells]:
            del self._places[number]
        self._numbers = {_id_of(place): number for number, place in self._places.items()}


def _id_of(place: Place) -> _PlaceId:
    return place.leaf, place.error_class, place.source_topic, place.source_partition
