"""Where the events of one record went: pure, from what Kafka has and what the store holds."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final

import msgspec

_HOUR_MS: Final = 3_600_000
#: The index of a letter about a record as a whole.
_WHOLE: Final = -1


class Key(msgspec.Struct, frozen=True, order=True):
    """A partition's hour, by the events' receipt; ``hour`` in epoch ms."""

    topic: str
    partition: int
    hour: int


class Tally(msgspec.Struct):
    """Events by where they are; all but ``doubled`` and ``surplus`` add up to ``produced``."""

    produced: int = 0
    stored: int = 0
    duplicates: int = 0
    dead: int = 0
    expired: int = 0
    in_flight: int = 0
    missing: int = 0
    doubled: int = 0
    surplus: int = 0

    @property
    def balanced(self) -> bool:
        """Whether every event is somewhere, and once."""
        found = self.stored + self.duplicates + self.dead + self.expired + self.in_flight
        return found == self.produced and not (self.missing or self.doubled or self.surplus)

    def add(self, other: "Tally") -> None:
        """Count the other's as well."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Problem(msgspec.Struct, frozen=True):
    """Something that does not balance, at these offsets."""

    topic: str
    partition: int
    first: int
    last: int
    what: str
    events: int


class Entry(msgspec.Struct, frozen=True):
    """A record: its place, receipt (epoch ms), and how many events its header promises."""

    topic: str
    partition: int
    offset: int
    received_at: int
    events: int

    @property
    def key(self) -> Key:
        """The line of the ledger it belongs to."""
        return Key(self.topic, self.partition, self.received_at // _HOUR_MS * _HOUR_MS)


def unresolved(entry: Entry, held: Counter[int], dead: Collection[int]) -> list[int]:
    """Indices of the record that are neither stored nor dead letters."""
    if _WHOLE in dead:
        return []
    return [index for index in range(entry.events) if index not in held and index not in dead]


def tally_of(
    entry: Entry,
    held: Counter[int],
    dead: Collection[int],
    elsewhere: Collection[int],
    expired: Collection[int] = (),
) -> Tally:
    """Count one record; ``elsewhere`` are unresolved indices whose event another place holds."""
    own = {index for index in held if index < entry.events}
    dead_here = _dead(entry, dead) - own
    rest = set(unresolved(entry, held, dead))
    gone = rest - set(elsewhere)
    return Tally(
        produced=entry.events,
        stored=len(own),
        dead=len(dead_here),
        duplicates=len(rest & set(elsewhere)),
        expired=len(gone & set(expired)),
        missing=len(gone - set(expired)),
        doubled=sum(count - 1 for count in held.values()),
        surplus=len(held) - len(own),
    )


def _dead(entry: Entry, dead: Collection[int]) -> set[int]:
    return set(range(entry.events)) if _WHOLE in dead else {i for i in dead if i < entry.events}


class Account:
    """The whole ledger: lines, and problems with neighbouring offsets joined."""

    def __init__(self) -> None:
        self.lines: dict[Key, Tally] = {}
        self.problems: list[Problem] = []

    def note(self, entry: Entry, tally: Tally) -> None:
        """Enter a record."""
        self.lines.setdefault(entry.key, Tally()).add(tally)
        for what, events in (
            ("missing", tally.missing),
            ("stored twice", tally.doubled),
            ("stored and not in Kafka", tally.surplus),
        ):
            if events:
                self._problem(entry.topic, entry.partition, entry.offset, what, events)

    def gap(self, topic: str, partition: int, first: int, last: int) -> None:
        """Offsets that Kafka should have and does not."""
        self.problems.append(Problem(topic, partition, first, last, "not in Kafka", 0))

    def deleted(self, topic: str, partition: int, first: int, last: int) -> None:
        """Offsets that Kafka deleted before the sink had read them."""
        what = "deleted by Kafka before they were stored"
        self.problems.append(Problem(topic, partition, first, last, what, 0))

    @property
    def total(self) -> Tally:
        """All lines together."""
        whole = Tally()
        for each in self.lines.values():
            whole.add(each)
        return whole

    @property
    def balanced(self) -> bool:
        """Whether nothing is missing, double or too much."""
        return not self.problems and all(each.balanced for each in self.lines.values())

    def _problem(self, topic: str, partition: int, offset: int, what: str, events: int) -> None:
        for place in _recent(self.problems):
            known = self.problems[place]
            same = (known.topic, known.partition, known.what) == (topic, partition, what)
            if same and known.last == offset - 1:
                self.problems[place] = msgspec.structs.replace(
                    known, last=offset, events=known.events + events
                )
                return
        self.problems.append(Problem(topic, partition, offset, offset, what, events))


def _recent(problems: list[Problem]) -> Iterable[int]:
    """A run of offsets is broken by other kinds of problems at most."""
    return range(len(problems) - 1, max(len(problems) - 4, -1), -1)
