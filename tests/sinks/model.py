"""A model of Kafka, ClickHouse and the sinks between them, in which the test decides each answer.

Every call of a sink waits until it is told how it ends. So sinks can be killed or lose their
partitions at any point, and two of them can be at work at once.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from aiokafka.errors import CommitFailedError

from pipeline.errors import PermanentError, UnavailableError
from pipeline.records import join
from sinks.buffer import Buffer, Decoded
from sinks.delivery import Delivery
from sinks.errors import OverloadedError, RefusedRowsError, TooLargeError
from sinks.load import Row, Source, place_of
from sinks.pace import Pace
from sinks.ranges import Partition, Place, Range, read_intent
from sinks.settling import Settling

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipeline.items.dead_letter import DeadLetter

PARTITIONS = (Partition("a", 0), Partition("a", 1), Partition("b", 0))
RECORDS = 6
TABLE = "events_store"


def rows(partition: Partition, offset: int) -> list[Row]:
    """Give what a record holds: up to two rows."""
    return [(partition.topic, partition.number, offset, index) for index in range(offset % 3)]


ALL_ROWS = [row for partition in PARTITIONS for o in range(RECORDS) for row in rows(partition, o)]


def record(row: Row) -> tuple[str, int, int, int, bytes]:
    """The letter about the whole record of a row."""
    partition, (offset, _) = Partition(str(row[0]), int(str(row[1]))), place_of(row)
    value = join(element(each) for each in rows(partition, offset))
    return partition.topic, partition.number, offset, -1, value


def element(row: Row) -> bytes:
    return msgspec.json.encode(row)


@dataclass
class Call:
    """A call that waits for its answer; ``effect`` is what it does to the world."""

    kind: str
    effect: Callable[[], Any]
    answer: asyncio.Future[Any]
    rows: Sequence[Row] = ()
    token: str = ""


@dataclass
class World:
    """What outlives a sink: committed offsets with metadata, stored rows, the token log.

    The table refuses ``poison``; it takes ``odd`` rows, which then a view refuses.
    """

    poison: frozenset[Row] = frozenset()
    odd: frozenset[Row] = frozenset()
    committed: dict[Partition, tuple[int, str]] = field(default_factory=dict)
    owners: dict[Partition, object] = field(default_factory=dict)
    rows: Counter[Row] = field(default_factory=Counter)
    tokens: set[str] = field(default_factory=set)
    letters: Counter[tuple[str, int, int, int, bytes]] = field(default_factory=Counter)
    completed: set[Range] = field(default_factory=set)
    in_flight: list[tuple[Sequence[Row], str]] = field(default_factory=list)
    late: set[Row] = field(default_factory=set)
    inserts: int = 0

    def store(self, batch: Sequence[Row], token: str, most: int | None = None) -> None:
        """Insert as the server does: a known token is a duplicate, whatever became of its rows."""
        if token in self.tokens:
            return
        self.inserts += 1
        if self.poison.intersection(batch):
            raise RefusedRowsError("a row is refused", "POISON")
        self.tokens.add(token)
        self.rows.update(batch[:most])
        if self.odd.intersection(batch):
            raise RefusedRowsError("a view refuses a row", "ODD")

    def complete(self, within: Range) -> None:
        """Feed the views once more with what the table has of the range."""
        there = (within.partition.topic, within.partition.number)
        for row in self.odd.intersection(self.rows):
            if row[:2] == there and within.first <= place_of(row)[0] <= within.last:
                raise RefusedRowsError("a view refuses a row", "ODD")
        self.completed.add(within)

    def land(self) -> None:
        """An insert whose sink is gone, or has given it up, is stored after all."""
        batch, token = self.in_flight.pop(0)
        self.late.update(batch)
        with suppress(RefusedRowsError):  # nobody waits for the answer any more
            self.store(batch, token)


class Sink:
    """One sink's life on some partitions, up to its death or the end of the topics."""

    def __init__(self, world: World, mine: Sequence[Partition], batch: int) -> None:
        self._world = world
        self._mine = mine
        self._batch = batch
        self._nonces = 0
        self.pending: Call | None = None
        self.pace = Pace(100, sleep=_at_once)
        settling = Settling(self, self, self.pace, self._nonce)
        self._delivery = Delivery(self, settling)
        world.owners.update(dict.fromkeys(mine, self))
        self.task = asyncio.get_running_loop().create_task(self._live())

    @property
    def owns_all(self) -> bool:
        """Whether nobody has taken a partition from it."""
        return all(self._world.owners[each] is self for each in self._mine)

    async def _live(self) -> None:
        marks = {each: self._world.committed.get(each, (0, "")) for each in self._mine}
        intents = {each: read_intent(text, each) for each, (_, text) in marks.items()}
        buffer = Buffer({each: intent for each, intent in intents.items() if intent})
        at = {each: offset for each, (offset, _) in marks.items()}
        while any(offset < RECORDS for offset in at.values()) or buffer.since is not None:
            for each, offset in at.items():
                at[each] = min(offset + self._batch, RECORDS)
                for number in range(offset, at[each]):
                    buffer.add(_decoded(each, number), 0.0)
            bodies = await self._delivery.prepare(buffer.first())
            await self._delivery.deliver(buffer.take(0.0), bodies)

    def _nonce(self) -> str:
        self._nonces += 1
        return f"{id(self)}-{self._nonces}"

    async def _call(
        self,
        kind: str,
        effect: Callable[[], Any],
        batch: Sequence[Row] = (),
        token: str = "",
    ) -> Any:  # noqa: ANN401  what the effect gives
        call = Call(kind, effect, asyncio.get_running_loop().create_future(), batch, token)
        self.pending = call
        return await call.answer

    async def commit(self, progress: Mapping[Partition, tuple[int, str]]) -> None:
        def effect() -> None:
            if any(self._world.owners[each] is not self for each in progress):
                raise CommitFailedError
            self._world.committed.update(progress)

        await self._call("commit", effect)

    async def prepare(self, table: str, batch: Sequence[Row]) -> bytes:
        assert table == TABLE
        return repr(batch).encode()

    async def insert(
        self, table: str, batch: Sequence[Row], token: str, body: bytes | None = None
    ) -> None:
        assert table == TABLE
        assert body in {None, repr(batch).encode()}, "made of other rows"
        await self._call("insert", lambda: self._world.store(batch, token), batch, token)

    async def held(self, table: str, within: Range) -> set[Place]:
        assert table == TABLE

        def effect() -> set[Place]:
            there = (within.partition.topic, within.partition.number)
            places = (place_of(row) for row in self._world.rows if row[:2] == there)
            return {place for place in places if within.first <= place[0] <= within.last}

        return set(await self._call("held", effect))

    async def complete(self, table: str, within: Range) -> None:
        assert table == TABLE
        await self._call("complete", lambda: self._world.complete(within))

    async def send(self, letters: Sequence[DeadLetter]) -> None:
        def effect() -> None:
            for each in letters:
                origin = (each.kafka_topic, each.kafka_partition, each.kafka_offset)
                self._world.letters[*origin, each.kafka_index, each.original] += 1

        await self._call("send", effect)

    async def settle_down(self) -> None:
        """Let it run until it waits for an answer or is over."""
        while not (self.task.done() or self._waits()):  # noqa: ASYNC110  no event tells of it
            await asyncio.sleep(0)

    def _waits(self) -> bool:
        return self.pending is not None and not self.pending.answer.done()

    def answer(self, fault: str = "") -> None:
        """End the pending call: well, or as the fault of an insert says."""
        assert self.pending is not None
        call = self.pending
        if not self.owns_all:
            self._world.late.update(call.rows)
        try:
            result = _OUTCOMES[fault](self._world, call) if call.kind == "insert" else call.effect()
        except Exception as error:  # noqa: BLE001  whatever it is, the sink gets it
            call.answer.set_exception(error)
        else:
            call.answer.set_result(result)

    def die(self, *, after: bool, late: bool) -> None:
        """Kill it, before or after its pending call took effect, or with the insert on its way."""
        call = self.pending
        if call is not None and self._waits():
            if late and call.kind == "insert":
                self._world.in_flight.append((call.rows, call.token))
            elif after:
                self.answer()
                if call.answer.exception():
                    pass  # looked at, so that nobody warns: the sink is gone
        self.task.cancel()


def _ok(_: World, call: Call) -> None:
    call.effect()


def _lost_answer(_: World, call: Call) -> None:
    call.effect()
    raise UnavailableError("no answer")


def _half(world: World, call: Call) -> None:
    world.store(call.rows, call.token, most=len(call.rows) // 2)
    raise UnavailableError("no answer")


def _phantom(world: World, call: Call) -> None:
    world.tokens.add(call.token)
    raise UnavailableError("the server died between the token and the part")


def _late(world: World, call: Call) -> None:
    world.in_flight.append((call.rows, call.token))
    raise UnavailableError("no answer in time")


def _raising(error: Exception) -> Callable[[World, Call], None]:
    def outcome(_: World, __: Call) -> None:
        raise error

    return outcome


_OUTCOMES: dict[str, Callable[[World, Call], None]] = {
    "": _ok,
    "lost answer": _lost_answer,
    "half": _half,
    "phantom": _phantom,
    "late": _late,
    "refused": _raising(UnavailableError("not now")),
    "too many parts": _raising(OverloadedError("too many parts")),
    "too large": _raising(TooLargeError("memory limit")),
    "unknown": _raising(PermanentError("an error nobody has seen before")),
}
FAULTS = tuple(_OUTCOMES)[1:]


def _decoded(partition: Partition, offset: int) -> Decoded:
    made = rows(partition, offset)
    source = Source(join(element(row) for row in made), 0)
    return Decoded(partition, offset, TABLE, made, [], source)


async def _at_once(_: float) -> None:
    return
