"""What the ingresses counted, read from their topic."""

from collections.abc import Sequence
from typing import Final

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from pipeline.items.ledger_entry import LedgerEntry
from pipeline.kafka import client_arguments, unavailable
from pipeline.settings import KafkaSettings
from pipeline.topics import LEDGER

_POLL_MS: Final = 500
_SILENT_POLLS: Final = 20
_decode: Final = msgspec.json.Decoder(list[LedgerEntry]).decode


async def ingress_entries(kafka: KafkaSettings, topic: str = LEDGER) -> list[LedgerEntry]:
    """The latest entry of each process within the topic's retention, oldest process first.

    UnavailableError when Kafka does not answer.
    """
    consumer = AIOKafkaConsumer(topic, **client_arguments(kafka), auto_offset_reset="earliest")
    try:
        await consumer.start()
        latest = await _latest(consumer)
    except (KafkaError, OSError) as error:
        raise await unavailable(kafka, error) from error
    finally:
        await consumer.stop()
    return sorted(latest.values(), key=lambda entry: entry.started_at)


async def _latest(consumer: AIOKafkaConsumer) -> dict[str, LedgerEntry]:
    latest: dict[str, LedgerEntry] = {}
    partitions = list(consumer.assignment())
    ends = await consumer.end_offsets(partitions)
    silent = 0
    while silent < _SILENT_POLLS and await _behind(consumer, partitions, ends):
        fetched = await consumer.getmany(timeout_ms=_POLL_MS)
        silent = 0 if fetched else silent + 1
        for records in fetched.values():
            for record in records:
                _merge(latest, record.value or b"[]")
    return latest


async def _behind(
    consumer: AIOKafkaConsumer,
    partitions: Sequence[TopicPartition],
    ends: dict[TopicPartition, int],
) -> bool:
    for tp in partitions:
        if await consumer.position(tp) < ends[tp]:
            return True
    return False


def _merge(latest: dict[str, LedgerEntry], value: bytes) -> None:
    try:
        entries = _decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return  # written by another version: its later entries count
    for entry in entries:
        known = latest.get(entry.ingress_id)
        if known is None or entry.told_at >= known.told_at:
            latest[entry.ingress_id] = entry
