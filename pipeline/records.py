"""The contract of one Kafka record: a JSON array of items that belong to one partition.

Raw topics hold Twilio's elements byte for byte; derived topics hold the items of one flush.
Paying Kafka's per-record cost once for many events is what makes the pipeline fast.
"""

from collections.abc import Iterable, Sequence
from typing import Final
from zlib import crc32

import msgspec

Headers = list[tuple[str, bytes]]

CONTENT_TYPE: Final = b"application/cloudevents-batch+json"
_MAX_DIGITS: Final = 18  # what a signed 64-bit number holds for sure


class RecordInfo(msgspec.Struct, frozen=True):
    """What a raw record's headers say; ``received_at`` in epoch ms, ``events`` in the value."""

    received_at: int
    ingress_id: str
    events: int


def join(elements: Iterable[bytes]) -> bytes:
    """The value of a record with these elements."""
    return b"[" + b",".join(elements) + b"]"


def partition_of(key: str, partitions: int) -> int:
    """Librdkafka's ``consistent`` partitioner: zlib's CRC-32 of the key, modulo the count."""
    return crc32(key.encode("utf-8", "surrogatepass")) % partitions


def raw_headers(info: RecordInfo) -> Headers:
    """The headers every raw record carries; the ledger counts with ``events``."""
    return [
        ("content-type", CONTENT_TYPE),
        ("received-at", b"%d" % info.received_at),
        ("ingress-id", info.ingress_id.encode()),
        ("events", b"%d" % info.events),
    ]


def read_headers(headers: Sequence[tuple[str, bytes]], timestamp: int) -> RecordInfo:
    """Read back what raw_headers wrote; a foreign record was received at its ``timestamp``."""
    found = dict(headers)
    return RecordInfo(
        received_at=_number(found.get("received-at"), timestamp),
        ingress_id=found.get("ingress-id", b"").decode("utf-8", "replace"),
        events=_number(found.get("events"), 0),
    )


def _number(value: bytes | None, default: int) -> int:
    return int(value) if value and value.isdigit() and len(value) <= _MAX_DIGITS else default
