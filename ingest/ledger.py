"""Tells the ledger's topic what this process has counted, every few seconds and at the stop."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec
from prometheus_client import REGISTRY

from ingest.coalescer import Record
from ingest.kafka_link import KafkaLink
from pipeline.errors import UnavailableError
from pipeline.items.ledger_entry import LedgerEntry
from pipeline.records import join, partition_of
from pipeline.topics import LEDGER, RAW
from pipeline.twilio.catalogue import PRODUCTS

_EVERY_SECONDS: Final = 5.0
_PATIENCE_SECONDS: Final = 2.0
_encode: Final = msgspec.json.Encoder().encode


class Ledger:
    """Tells totals, so that an entry that does not get through is made good by the next."""

    def __init__(self, link: KafkaLink, ingress_id: str, now_ms: Callable[[], int]) -> None:
        self._link = link
        self._ingress_id = ingress_id
        self._now_ms = now_ms
        self._started_at = now_ms()

    async def run(self) -> None:
        """Tell now and then; ends only by cancellation."""
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            await self.tell(final=False)

    async def tell(self, *, final: bool) -> None:
        """Tell once; what Kafka does not take in time is left."""
        entry = self._entry(final=final)
        partition = partition_of(self._ingress_id, 1 << 16)
        record = Record(LEDGER, partition, join([_encode(entry)]), [], 1)
        with suppress(UnavailableError, TimeoutError):
            acknowledged = await self._link.send(record)
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await acknowledged

    def _entry(self, *, final: bool) -> LedgerEntry:
        requests = _by_status()
        return LedgerEntry(
            ingress_id=self._ingress_id,
            started_at=self._started_at,
            told_at=self._now_ms(),
            final=final,
            received=sum(requests.values()),
            refused=sum(count for status, count in requests.items() if status.startswith("4")),
            turned_away=sum(count for status, count in requests.items() if status.startswith("5")),
            quarantined=_total("twilio_ingest_quarantined_total"),
            accepted=sum(_total("twilio_ingest_events_total", product=each) for each in PRODUCTS),
            dead_lettered=_total("twilio_ingest_dead_letters_total"),
            spooled=_total("twilio_ingest_spool_appended_records_total"),
            drained=_total("twilio_ingest_spool_drained_records_total"),
            in_spool=_total("twilio_ingest_spool_records"),
            lost=_total("twilio_ingest_spool_lost_records_total"),
            produced=_by_topic("twilio_ingest_produced_events_total"),
            sent=_by_topic("twilio_ingest_sent_events_total"),
        )


def _total(name: str, **labels: str) -> int:
    return int(REGISTRY.get_sample_value(name, labels) or 0)


def _by_topic(name: str) -> dict[str, int]:
    return {topic: _total(name, topic=topic) for topic in RAW.values()}


def _by_status() -> dict[str, int]:
    counts: dict[str, int] = {}
    for family in REGISTRY.collect():
        if family.name == "twilio_ingest_requests":
            for sample in family.samples:
                if sample.name.endswith("_total"):
                    status = sample.labels["status"]
                    counts[status] = counts.get(status, 0) + int(sample.value)
    return counts
