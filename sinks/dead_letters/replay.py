"""Sends what a dead letter is about once more, to where it came from.

It takes the way of everything else: what can be used now is, and what was stored already
collapses by its id. So a replay may be repeated after any failure.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Self

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from pipeline.errors import UnavailableError
from pipeline.items.dead_letter import DeadLetter
from pipeline.kafka import client_arguments, unavailable
from pipeline.records import Headers, RecordInfo, join, raw_headers
from pipeline.settings import KafkaSettings
from pipeline.topics import MAX_MESSAGE_BYTES
from pipeline.twilio.envelope import NotAnEventError
from sinks.dead_letters.actions import Action, Book
from sinks.dead_letters.choice import Filed
from sinks.dead_letters.originals import originals

_AT_ONCE: Final = 500
#: Originals are cut at this length when the letter is written.
_CUT_BYTES: Final = 8 * 1024 * 1024
_WHOLE: Final = -1

#: Gives topic and partition of an element the webhook refused; raises NotAnEventError.
Router = Callable[[bytes], tuple[str, int]]
#: Is told how many of how many letters are done.
Progress = Callable[[int, int], None]


class Replayed(msgspec.Struct):
    """How many were sent, and why the others were not, by reason."""

    sent: int = 0
    not_sent: dict[str, int] = {}

    def refuse(self, why: str, count: int = 1) -> None:
        """Count letters that can't be sent."""
        if count:
            self.not_sent[why] = self.not_sent.get(why, 0) + count


async def replay(
    kafka: KafkaSettings, book: Book, letters: Sequence[Filed], route: Router, progress: Progress
) -> Replayed:
    """Send them again; the audit is written before and after. UnavailableError without Kafka."""
    result = Replayed()
    async with _Sender(kafka, book, result) as sender:
        seen = 0
        async for letter, whole in originals(kafka, letters):
            seen += 1
            await sender.add(letter, whole, route)
            progress(seen, len(letters))
        await sender.flush()
    result.refuse("Kafka has deleted the original", len(letters) - seen)
    return result


class _Parcel(msgspec.Struct, frozen=True):
    letter: Filed
    topic: str
    partition: int
    value: bytes
    headers: Headers


class _Sender:
    """Sends parcels by the hundred, each batch with its lines in the audit."""

    def __init__(self, kafka: KafkaSettings, book: Book, result: Replayed) -> None:
        self._kafka = kafka
        self._producer = AIOKafkaProducer(
            **client_arguments(kafka),
            acks="all",
            enable_idempotence=True,
            max_request_size=MAX_MESSAGE_BYTES,
        )
        self._book = book
        self._result = result
        self._waiting: list[_Parcel] = []

    async def __aenter__(self) -> Self:
        try:
            await self._producer.start()
        except (KafkaError, OSError) as error:
            raise await unavailable(self._kafka, error) from error
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._producer.stop()

    async def add(self, letter: Filed, whole: DeadLetter, route: Router) -> None:
        try:
            self._waiting.append(_parcel(letter, whole, route))
        except NotAnEventError as error:
            self._result.refuse(str(error))
        if len(self._waiting) >= _AT_ONCE:
            await self.flush()

    async def flush(self) -> None:
        parcels, self._waiting = self._waiting, []
        self._book.write(
            [Action("replaying", each.letter, each.topic, each.partition) for each in parcels]
        )
        self._book.write(await asyncio.gather(*map(self._sent, parcels)))
        self._result.sent += len(parcels)

    async def _sent(self, parcel: _Parcel) -> Action:
        try:
            ack = await self._producer.send_and_wait(
                parcel.topic, parcel.value, partition=parcel.partition, headers=parcel.headers
            )
        except (KafkaError, OSError) as error:
            where = self._kafka.bootstrap_servers
            raise UnavailableError(f"Kafka at {where} does not take it: {error}") from error
        return Action("replayed", parcel.letter, parcel.topic, parcel.partition, ack.offset)


def _parcel(letter: Filed, whole: DeadLetter, route: Router) -> _Parcel:
    if len(whole.original) >= _CUT_BYTES:
        raise NotAnEventError("the original was too large to keep whole")
    if whole.kafka_topic:
        topic, partition = whole.kafka_topic, whole.kafka_partition
    else:
        topic, partition = route(whole.original)
    as_it_was = bool(whole.kafka_topic) and whole.kafka_index == _WHOLE
    value = whole.original if as_it_was else join([whole.original])
    headers = raw_headers(RecordInfo(whole.received_at, "replay", 1))
    return _Parcel(
        letter, topic, partition, value, [*headers, ("replay-of", letter.origin.encode())]
    )
