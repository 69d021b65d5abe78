"""The topics: their names, what they keep and for how long; and their creation."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Final

import msgspec
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from pipeline.errors import PermanentError, UnavailableError
from pipeline.kafka import client_arguments, unavailable
from pipeline.settings import KafkaSettings, RetentionSettings, load
from pipeline.twilio.catalogue import PRODUCTS, Product

RAW: Final[dict[Product, str]] = {product: f"twilio.{product}" for product in PRODUCTS}
WINDOWS: Final = "twilio.delivery.windows"
FUNNEL: Final = "twilio.verify.funnel"
OUTCOMES: Final = "twilio.outcomes"
ALERTS: Final = "twilio.alerts"
ALERT_DELIVERIES: Final = "twilio.alerts.deliveries"
FALLBACK: Final = "twilio.fallback"
FALLBACK_CONTROL: Final = "twilio.fallback.control"
USAGE: Final = "twilio.usage"
MESSAGE_PRICES: Final = "twilio.message.prices"
DEAD_LETTERS: Final = "twilio.dead-letters"
QUARANTINE: Final = "twilio.quarantine"
LEDGER: Final = "twilio.ledger"

#: Kafka's name for how many copies must have a record before it is acknowledged.
MIN_INSYNC: Final = "min.insync.replicas"
#: A state row or a full record may be several MB; brokers default to 1 MB.
MAX_MESSAGE_BYTES: Final = 16 * 1024 * 1024
_HOUR_MS: Final = 3_600_000
_DAY: Final = 24
_LOOKS: Final = 100
_BETWEEN_LOOKS_S: Final = 0.1


class Topic(msgspec.Struct, frozen=True):
    """One topic's declaration; retention in hours, ``more`` are further Kafka topic settings.

    ``partitions`` is how many it is made with where that is not the installation's usual number.
    """

    name: str
    holds: str
    retention_hours: int
    cleanup: str = "delete"
    more: dict[str, str] = {}
    partitions: int | None = None

    def config(self) -> dict[str, str]:
        """Kafka's topic settings for this declaration."""
        return {
            "cleanup.policy": self.cleanup,
            "retention.ms": str(self.retention_hours * _HOUR_MS),
            "max.message.bytes": str(MAX_MESSAGE_BYTES),
            **self.more,
        }


def declared(settings: KafkaSettings, kept: RetentionSettings | None = None) -> tuple[Topic, ...]:
    """Every topic of the product (the processors' changelogs are made by the processors).

    ``kept`` is read from the environment when not given.
    """
    kept = kept or load(RetentionSettings)
    raw = (
        Topic(name, f"Twilio's {product} events as received", settings.raw_retention_hours)
        for product, name in RAW.items()
    )
    return (
        *raw,
        # one partition each: alerts compare all slices with each other and share one budget
        Topic(WINDOWS, "delivery-window cells as full-value upserts", 7 * _DAY, partitions=1),
        Topic(FUNNEL, "cells of the Verify funnel as full-value upserts", 7 * _DAY, partitions=1),
        # one partition: limits on fallbacks, of a number or a service, hold over all of them
        Topic(OUTCOMES, "messages, attempts and calls that came to grief", 7 * _DAY, partitions=1),
        Topic(ALERTS, "alerts, notices, acknowledgements, silences", 30 * _DAY, partitions=1),
        Topic(ALERT_DELIVERIES, "what became of messages about alerts", 30 * _DAY, partitions=1),
        Topic(FALLBACK, "transitions of fallbacks", 30 * _DAY),
        Topic(FALLBACK_CONTROL, "whether fallbacks are sent at all", 365 * _DAY, partitions=1),
        Topic(USAGE, "what accounts used by category and day", 30 * _DAY, partitions=1),
        Topic(MESSAGE_PRICES, "what messages cost", 7 * _DAY),
        Topic(
            DEAD_LETTERS, "what could not be used, with the reason", kept.dead_letters_days * _DAY
        ),
        Topic(QUARANTINE, "request bodies whose signature failed", kept.quarantine_days * _DAY),
        Topic(
            LEDGER, "what each ingress has counted, every few seconds", settings.raw_retention_hours
        ),
    )


async def ensure_topics(settings: KafkaSettings, *more: Topic) -> list[str]:
    """Create what is missing of the declared topics and ``more``; return the new names.

    What was created can be used at once: brokers hear of a new topic a moment later.
    UnavailableError when no broker answers, PermanentError when one refuses.
    """
    wanted = (*declared(settings), *more)
    async with connected_admin(settings) as admin:
        existing = set(await admin.list_topics())
        missing = [topic for topic in wanted if topic.name not in existing]
        if missing:
            await _create(admin, missing, settings)
            await _seen(admin, [topic.name for topic in missing])
        return [topic.name for topic in missing]


async def partition_counts(settings: KafkaSettings, names: Iterable[str]) -> dict[str, int]:
    """How many partitions each topic has; UnavailableError when one does not exist (yet)."""
    async with connected_admin(settings) as admin:
        found = await admin.describe_topics(list(names))
    missing = [topic["topic"] for topic in found if topic["error_code"]]
    if missing:
        raise UnavailableError(
            f"Kafka has no topic {missing[0]}: create the topics with `twilio-pipeline migrate`"
        )
    return {topic["topic"]: len(topic["partitions"]) for topic in found}


@asynccontextmanager
async def connected_admin(settings: KafkaSettings) -> AsyncIterator[AIOKafkaAdminClient]:
    """An admin client for the block; UnavailableError when no broker answers."""
    admin = AIOKafkaAdminClient(**client_arguments(settings))
    try:
        await admin.start()
        yield admin
    except (KafkaError, OSError) as error:
        raise await unavailable(settings, error) from error
    finally:
        await admin.close()


async def _create(
    admin: AIOKafkaAdminClient, topics: Sequence[Topic], settings: KafkaSettings
) -> None:
    response = await admin.create_topics([_new_topic(topic, settings) for topic in topics])
    for name, code, *text in response.topic_errors:
        if code not in (0, TopicAlreadyExistsError.errno):
            detail = text[0] if text and text[0] else for_code(code).__name__
            raise PermanentError(f"Kafka refused to create {name}: {detail}")


async def _seen(admin: AIOKafkaAdminClient, names: Sequence[str]) -> None:
    for _ in range(_LOOKS):
        found = await admin.describe_topics(list(names))
        if not any(topic["error_code"] for topic in found):
            return
        await asyncio.sleep(_BETWEEN_LOOKS_S)
    raise UnavailableError(f"Kafka created {len(names)} topics but does not show them")


def _new_topic(topic: Topic, settings: KafkaSettings) -> NewTopic:
    return NewTopic(
        topic.name,
        num_partitions=topic.partitions or settings.partitions,
        replication_factor=settings.replication_factor,
        topic_configs={**topic.config(), MIN_INSYNC: str(settings.insync_replicas)},
    )
