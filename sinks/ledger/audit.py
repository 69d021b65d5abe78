"""Walks through what Kafka retains of the raw topics and looks every event up in the store."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from pipeline.items.ledger_entry import LedgerEntry
from pipeline.kafka import client_arguments, unavailable
from pipeline.records import read_headers
from pipeline.settings import ClickHouseSettings, KafkaSettings
from pipeline.topics import partition_counts
from pipeline.twilio.envelope import NotAnEventError, split
from pipeline.twilio.event import read_event
from sinks.clickhouse import connect, translated
from sinks.ledger.account import Account, Entry, Tally, tally_of, unresolved
from sinks.ledger.holdings import Holdings, Identity
from sinks.ledger.produced import Census, Produced
from sinks.ranges import Partition, Range

_RECORDS: Final = 500
_POLL_MS: Final = 500
#: A partition that gives nothing for so many polls in a row has no more to give.
_SILENT_POLLS: Final = 20


class Scope(msgspec.Struct, frozen=True):
    """What is looked at: the sink's topics, its group, and the time before which rows are gone.

    ``since`` (epoch ms) leaves out what was received before; None is all that Kafka retains.
    ``entries`` are the last words of the ingresses.
    """

    topics: Sequence[str]
    group_id: str
    expired_before: int = 0
    since: int | None = None
    entries: Sequence[LedgerEntry] = ()


class _Part(msgspec.Struct, frozen=True):
    """One partition's offsets: from ``first`` up to ``end``, of which ``committed`` is stored.

    What is below ``beginning`` Kafka has deleted.
    """

    tp: TopicPartition
    beginning: int
    first: int
    committed: int
    end: int


class Audit(msgspec.Struct, frozen=True):
    """What was found; ``produced`` are the topics of which Kafka has deleted nothing."""

    account: Account
    produced: dict[str, Produced]


async def audit(
    kafka: KafkaSettings,
    clickhouse: ClickHouseSettings,
    scope: Scope,
    progress: Callable[[int, int], None],
) -> Audit:
    """Look at everything once; what comes meanwhile is left for the next time.

    UnavailableError when Kafka or ClickHouse does not answer.
    """
    counts = await partition_counts(kafka, scope.topics)
    partitions = [TopicPartition(name, n) for name in scope.topics for n in range(counts[name])]
    consumer = AIOKafkaConsumer(
        **client_arguments(kafka),
        group_id=scope.group_id,
        enable_auto_commit=False,
        auto_offset_reset="none",
        max_partition_fetch_bytes=8 * 1024 * 1024,
    )
    try:
        await consumer.start()
        with connect(clickhouse) as client, translated(clickhouse):
            holdings = Holdings(client, clickhouse.database)
            return await _Walk(consumer, holdings, scope, progress).walk(partitions)
    except (KafkaError, OSError) as error:
        raise await unavailable(kafka, error) from error
    finally:
        await consumer.stop()


class _Walk:
    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        holdings: Holdings,
        scope: Scope,
        progress: Callable[[int, int], None],
    ) -> None:
        self._consumer = consumer
        self._holdings = holdings
        self._scope = scope
        self._progress = progress
        self._account = Account()
        self._census = Census(scope.entries)
        self._done = 0
        self._total = 0

    async def walk(self, partitions: list[TopicPartition]) -> Audit:
        parts = await self._parts(partitions)
        self._total = sum(part.end - part.first for part in parts)
        for part in parts:
            self._note_deleted(part)
            await self._walk_part(part)
        cut = {part.tp.topic for part in parts if part.first}
        whole = [topic for topic in self._scope.topics if topic not in cut]
        return Audit(self._account, {topic: self._census.of(topic) for topic in whole})

    async def _parts(self, partitions: Sequence[TopicPartition]) -> list[_Part]:
        self._consumer.assign(partitions)
        beginnings = await self._consumer.beginning_offsets(list(partitions))
        first = beginnings
        ends = await self._consumer.end_offsets(list(partitions))
        if self._scope.since is not None:
            asked = dict.fromkeys(partitions, self._scope.since)
            found = await self._consumer.offsets_for_times(asked)
            first = {tp: found[tp].offset if found[tp] else ends[tp] for tp in partitions}
        committed = {tp: await self._consumer.committed(tp) or 0 for tp in partitions}
        return [_Part(tp, beginnings[tp], first[tp], committed[tp], ends[tp]) for tp in partitions]

    def _note_deleted(self, part: _Part) -> None:
        """What the sink had not stored when Kafka deleted it; it skips that once it runs."""
        if part.committed < part.beginning:
            last = part.beginning - 1
            self._account.deleted(part.tp.topic, part.tp.partition, part.committed, last)

    async def _walk_part(self, part: _Part) -> None:
        self._consumer.assign([part.tp])
        self._consumer.seek(part.tp, part.first)
        expected, silent = part.first, 0
        while expected < part.end and silent < _SILENT_POLLS:
            fetched = await self._consumer.getmany(
                part.tp, timeout_ms=_POLL_MS, max_records=_RECORDS
            )
            records = [each for each in fetched.get(part.tp, ()) if each.offset < part.end]
            silent = 0 if records else silent + 1
            if records:
                self._note_gaps(part, expected, records)
                await asyncio.to_thread(self._look_up, part, expected, records)
                expected = records[-1].offset + 1
                self._done += len(records)
                self._progress(self._done, self._total)
        if expected < part.end:
            self._account.gap(part.tp.topic, part.tp.partition, expected, part.end - 1)

    def _note_gaps(self, part: _Part, expected: int, records: Sequence[ConsumerRecord]) -> None:
        for record in records:
            if record.offset > expected:
                self._account.gap(part.tp.topic, part.tp.partition, expected, record.offset - 1)
            expected = record.offset + 1

    def _look_up(self, part: _Part, first: int, records: Sequence[ConsumerRecord]) -> None:
        within = Range(Partition(part.tp.topic, part.tp.partition), first, records[-1].offset)
        held, dead = self._holdings.stored(within), self._holdings.dead(within)
        entries = {record.offset: self._entry(record) for record in records}
        for offset in held.keys() - entries.keys():
            ghost = Entry(part.tp.topic, part.tp.partition, offset, records[0].timestamp, 0)
            self._account.note(ghost, tally_of(ghost, held[offset], (), ()))
        open_ids = {
            record.offset: self._identities(record, entries[record.offset], held, dead)
            for record in records
            if record.offset < part.committed
        }
        known = self._holdings.known({each for ids in open_ids.values() for each in ids.values()})
        for record in records:
            entry = entries[record.offset]
            if record.offset >= part.committed:
                self._account.note(entry, Tally(produced=entry.events, in_flight=entry.events))
                continue
            ids = open_ids[record.offset]
            elsewhere = [index for index, identity in ids.items() if identity in known]
            gone = entry.received_at < self._scope.expired_before
            expired = range(entry.events) if gone else ()
            here = (held.get(record.offset, Counter()), dead.get(record.offset, set()))
            self._account.note(entry, tally_of(entry, *here, elsewhere, expired))

    def _entry(self, record: ConsumerRecord) -> Entry:
        info = read_headers(record.headers, record.timestamp)
        events = info.events or len(_elements(record))
        self._census.count(record.topic, info.ingress_id, record.timestamp, events)
        return Entry(record.topic, record.partition, record.offset, info.received_at, events)

    def _identities(
        self,
        record: ConsumerRecord,
        entry: Entry,
        held: Mapping[int, Counter[int]],
        dead: Mapping[int, set[int]],
    ) -> dict[int, Identity]:
        """Of the record's events that are not found where they belong."""
        here = (held.get(record.offset, Counter()), dead.get(record.offset, set()))
        open_indices = unresolved(entry, *here)
        elements = _elements(record) if open_indices else []
        found = {}
        for index in open_indices:
            try:
                event = read_event(elements[index], 0)
            except (NotAnEventError, IndexError):
                continue
            found[index] = Identity(event.account_sid, event.product, event.dedup_id)
        return found


def _elements(record: ConsumerRecord) -> list[msgspec.Raw]:
    try:
        return split(record.value or b"")
    except NotAnEventError:
        return []
