"""The connection to Kafka: made, watched, and made anew when it can't be used any more."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from time import perf_counter
from typing import Final

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    ProducerClosed,
)

from ingest.coalescer import NeverError, Record
from ingest.layout import NO_BROKER, partition_counts
from pipeline.errors import UnavailableError
from pipeline.kafka import client_arguments, unavailable
from pipeline.metrics import (
    INGEST_PRODUCE_SECONDS,
    INGEST_PRODUCED_EVENTS,
    INGEST_RECORD_EVENTS,
    INGEST_RECORDS,
    INGEST_SENT_EVENTS,
)
from pipeline.settings import KafkaSettings
from pipeline.topics import MAX_MESSAGE_BYTES

_RETRY_SECONDS: Final = 0.5
_PROBE_SECONDS: Final = 1.0
_PROBE_TIMEOUT_SECONDS: Final = 3.0
#: After so long without an answer a produce request is sent again on a new connection.
_REQUEST_TIMEOUT_MS: Final = 10_000
_BATCH_BYTES: Final = 1 << 20
_log = structlog.stdlib.get_logger("ingest")

OnLayout = Callable[[dict[str, int]], None]


class KafkaLink:
    """An idempotent producer with acks from all replicas, and the truth about its state.

    ``run`` keeps it alive; ``problem`` is None while records can be sent, else says why not.
    A producer whose sequence is broken fails every later record, hence the renewal. A topic that
    gets more partitions is noticed within a second, so that all ingresses agree again soon. A
    topic that is ``dispensable`` may come later: nothing else waits for it.
    """

    def __init__(
        self, kafka: KafkaSettings, topics: Sequence[str], dispensable: Collection[str] = ()
    ) -> None:
        self._kafka = kafka
        self._arguments = client_arguments(kafka)
        self.topics = tuple(topics)
        self._dispensable = frozenset(dispensable)
        self._producer: AIOKafkaProducer | None = None
        self._partition_counts: dict[str, int] = {}
        self._broken = asyncio.Event()
        self._retired: set[asyncio.Task[None]] = set()
        self.problem: str | None = "not connected to Kafka yet"

    @property
    def needed(self) -> tuple[str, ...]:
        """The topics without which it can't work."""
        return tuple(topic for topic in self.topics if topic not in self._dispensable)

    @property
    def is_full(self) -> bool:
        """Whether it is the size of something that keeps records from being taken."""
        return False

    @property
    def state(self) -> str:
        """What /readyz says while records can be sent."""
        return "ready"

    async def send(self, record: Record) -> asyncio.Future[None]:
        """Queue a record; UnavailableError (now or from the result) when Kafka can't take it.

        NeverError when it is too large for Kafka's settings.
        """
        if self._producer is None:
            raise UnavailableError(self.problem or NO_BROKER)
        partitions = self._partition_counts.get(record.topic)
        if partitions is None:
            raise UnavailableError(f"topic {record.topic} does not exist")
        begun = perf_counter()
        try:
            acknowledged = await self._producer.send(
                record.topic,
                record.value,
                partition=record.partition % partitions,
                headers=record.headers,
            )
        except (KafkaTimeoutError, MessageSizeTooLargeError) as error:
            raise _refused(error) from error
        except KafkaError as error:
            self._broken.set()
            raise _refused(error) from error
        INGEST_SENT_EVENTS.labels(record.topic).inc(record.events)
        result: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        acknowledged.add_done_callback(partial(self._settle, result, record, begun))
        return result

    async def run(self, on_layout: OnLayout) -> None:
        """Connect, watch, and connect again when broken; ends only by cancellation.

        ``on_layout`` is given each topic's partition count before the first record may be sent.
        """
        while True:
            producer, partitions = await self._connect()
            self._lay_out(partitions, on_layout)
            self._broken.clear()
            self._producer = producer
            self._say(None)
            try:
                await self._watch(producer, on_layout)
            finally:
                self._producer = None
                self._retire(producer)

    async def close(self, seconds: float) -> None:
        """Give the retired producers so long to end."""
        if self._retired:
            await asyncio.wait(self._retired, timeout=seconds)

    def _settle(
        self,
        result: asyncio.Future[None],
        record: Record,
        begun: float,
        acknowledged: asyncio.Future[object],
    ) -> None:
        """A record that fails after it was sent leaves a hole in the producer's sequence."""
        failure: BaseException | None = (
            ProducerClosed() if acknowledged.cancelled() else acknowledged.exception()
        )
        INGEST_PRODUCE_SECONDS.observe(perf_counter() - begun)
        if failure:
            self._broken.set()
        else:
            INGEST_RECORDS.labels(record.topic).inc()
            INGEST_PRODUCED_EVENTS.labels(record.topic).inc(record.events)
            INGEST_RECORD_EVENTS.observe(record.events)
        if result.done():
            return
        if failure:
            result.set_exception(_refused(failure))
            result.exception()  # whoever still waits is told; nobody must
        else:
            result.set_result(None)

    async def _connect(self) -> tuple[AIOKafkaProducer, dict[str, int]]:
        self._partition_counts = {}
        while True:
            producer = self._new_producer()
            try:
                await producer.start()
                partitions = await self._partitions(producer)
            except UnavailableError as error:
                self._say(str(error))
                await producer.stop()
            except (KafkaError, OSError) as error:
                await producer.stop()
                await self._tell(error)
            except BaseException:
                await producer.stop()
                raise
            else:
                return producer, partitions
            await asyncio.sleep(_RETRY_SECONDS)

    def _new_producer(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            **self._arguments,
            acks="all",
            enable_idempotence=True,
            linger_ms=0,  # the coalescer has waited already
            max_batch_size=_BATCH_BYTES,
            max_request_size=MAX_MESSAGE_BYTES,
            request_timeout_ms=_REQUEST_TIMEOUT_MS,
        )

    async def _partitions(self, producer: AIOKafkaProducer) -> dict[str, int]:
        """How many partitions each topic has; UnavailableError names one that is missing.

        Returns when the producer knows them too, as it refuses a partition it does not know.
        """
        partitions = await partition_counts(producer.client, self.topics, self._dispensable)
        if partitions != self._partition_counts:
            await producer.client.set_topics(list(partitions))
            await producer.client.force_metadata_update()
        return partitions

    async def _watch(self, producer: AIOKafkaProducer, on_layout: OnLayout) -> None:
        """Ask the broker now and then whether it is there; return when the producer is broken.

        Not by ``asyncio.wait_for``: until Python 3.12 it loses a cancellation that comes at the
        moment of the answer, and stopping would wait for ever.
        """
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_PROBE_SECONDS):
                    await self._broken.wait()
                self._say("the Kafka producer is being renewed")
                return
            try:
                async with asyncio.timeout(_PROBE_TIMEOUT_SECONDS):
                    partitions = await self._partitions(producer)
            except (TimeoutError, KafkaError, OSError):
                self._say(NO_BROKER)
            except UnavailableError as error:
                self._say(str(error))
            else:
                if self._has_grown(partitions):
                    self._lay_out(partitions, on_layout)
                self._say(None)

    def _has_grown(self, partitions: dict[str, int]) -> bool:
        """Partitions are never taken away; a broker that is just starting may not know all."""
        known = self._partition_counts
        return partitions != known and all(partitions.get(each, 0) >= known[each] for each in known)

    def _lay_out(self, partitions: dict[str, int], on_layout: OnLayout) -> None:
        self._partition_counts = partitions
        on_layout(partitions)

    def _say(self, reason: str | None) -> None:
        if reason != self.problem:
            _log.info("kafka", state=reason or "connected")
        self.problem = reason

    async def _tell(self, error: BaseException) -> None:
        """Say to strangers that Kafka is away, and to the log why."""
        if self.problem != NO_BROKER:
            _log.warning("no connection to Kafka", why=str(await unavailable(self._kafka, error)))
        self._say(NO_BROKER)

    def _retire(self, producer: AIOKafkaProducer) -> None:
        """Let it deliver what it still holds, beside its successor."""
        stopping = asyncio.get_running_loop().create_task(producer.stop())
        self._retired.add(stopping)
        stopping.add_done_callback(self._retired.discard)


def _refused(error: BaseException) -> UnavailableError:
    kind = NeverError if isinstance(error, MessageSizeTooLargeError) else UnavailableError
    return kind(f"Kafka did not take the record: {type(error).__name__}")
