"""Puts the sink together and runs it until it is told to stop."""

import asyncio
import gc
import secrets
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from pipeline import monitoring
from pipeline.errors import UnavailableError
from pipeline.kafka import client_arguments, unavailable
from pipeline.privacy import Pseudonymizer
from pipeline.settings import ClickHouseSettings, KafkaSettings, PrivacySettings, SinkSettings
from pipeline.topics import DEAD_LETTERS, MAX_MESSAGE_BYTES
from pipeline.tracing import trail
from sinks.clickhouse import connect
from sinks.closing import close
from sinks.decoder import Decoder, Route, routes
from sinks.delivery import Delivery
from sinks.letters import KafkaLetters
from sinks.migrations import pending
from sinks.offsets import KafkaOffsets
from sinks.pace import Pace
from sinks.people import People
from sinks.settling import Settling
from sinks.store import ClickHouseStore
from sinks.worker import Worker

_log = structlog.get_logger(__name__)
# Per partition and fetch: small enough that what is read is still in the processor's caches.
_FETCH_BYTES = 1024 * 1024
# Waiting for ClickHouse may take longer than any poll interval; heartbeats tell of death.
_POLL_INTERVAL_MS = 24 * 3_600_000
_REBALANCE_MS = 30_000
_SESSION_MS = 10_000
# Rows come and go by the ten thousand and hold no cycles: looking for some costs a tenth. So many
# new objects are more than two batches and what is being read.
_OBJECTS_BETWEEN_COLLECTIONS = 500_000


class SinkConfig(msgspec.Struct, frozen=True):
    """All that a sink is told."""

    kafka: KafkaSettings
    clickhouse: ClickHouseSettings
    sink: SinkSettings
    by_topic: Mapping[str, Route]
    dead_letters_topic: str = DEAD_LETTERS
    people: People | None = None


def configured(
    kafka: KafkaSettings,
    clickhouse: ClickHouseSettings,
    sink: SinkSettings,
    privacy: PrivacySettings,
) -> SinkConfig:
    """The sink of all the product's topics."""
    people = People(Pseudonymizer.of(privacy), keep_numbers=privacy.store_clear_numbers)
    return SinkConfig(kafka, clickhouse, sink, routes(privacy, people.note), people=people)


async def run(config: SinkConfig) -> None:
    """Serve and load until SIGTERM or SIGINT; raises what waiting can't overcome.

    UnavailableError when Kafka or ClickHouse does not answer or the schema is not there yet:
    whoever started the sink starts it again.
    """
    listening = monitoring.listen(config.sink.metrics_host, config.sink.metrics_port)
    await asyncio.to_thread(_check_schema, config.clickhouse)
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    async with worker(config) as loader:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, loader.stop)
        pages = await monitoring.serve(listening, loader.readiness)
        try:
            await loader.run(config.by_topic)
        finally:
            await pages.cleanup()
    _log.info("stopped")


@asynccontextmanager
async def worker(config: SinkConfig) -> AsyncIterator[Worker]:
    """A worker with its connections, which close when the block ends."""
    async with AsyncExitStack() as stack:
        client = stack.enter_context(connect(config.clickhouse))
        store = ClickHouseStore(client, config.clickhouse, config.people)
        producer, admin, consumer = _producer(config), _admin(config), _consumer(config)
        try:
            for each, closing in (
                (producer, producer.stop),
                (admin, admin.close),
                (consumer, consumer.stop),
            ):
                stack.push_async_callback(close, closing)
                await each.start()
        except (KafkaError, OSError) as error:
            raise await unavailable(config.kafka, error) from error
        letters = KafkaLetters(producer, config.dead_letters_topic)
        pace = Pace(config.sink.batch_rows)
        settling = Settling(store, letters, pace, lambda: secrets.token_hex(8))
        delivery = Delivery(KafkaOffsets(consumer), settling)
        decoder = Decoder(config.by_topic)
        yield Worker(consumer, admin, decoder, delivery, config.sink, trail("twilio-sink"))


def _check_schema(settings: ClickHouseSettings) -> None:
    lacking = pending(settings)
    if lacking:
        raise UnavailableError(
            f"database {settings.database} lacks migration {lacking[0].name}: "
            "run `twilio-pipeline migrate`"
        )


def _consumer(config: SinkConfig) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        **client_arguments(config.kafka),
        group_id=config.sink.group_id,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        group_instance_id=config.sink.instance_id or None,
        fetch_max_bytes=config.sink.batch_bytes,
        max_partition_fetch_bytes=min(_FETCH_BYTES, config.sink.batch_bytes),
        max_poll_interval_ms=_POLL_INTERVAL_MS,
        rebalance_timeout_ms=_REBALANCE_MS,
        session_timeout_ms=_SESSION_MS,
    )


def _producer(config: SinkConfig) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        **client_arguments(config.kafka),
        acks="all",
        enable_idempotence=True,
        max_request_size=MAX_MESSAGE_BYTES,
    )


def _admin(config: SinkConfig) -> AIOKafkaAdminClient:
    return AIOKafkaAdminClient(**client_arguments(config.kafka))
