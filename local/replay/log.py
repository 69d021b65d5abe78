"""Kafka's place in a replay: it counts offsets and keeps nothing."""

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from aiokafka import ConsumerRecord

from pipeline.records import RecordInfo, join, raw_headers

#: As a consumer reads it.
Record: TypeAlias = ConsumerRecord


class Log:
    """Topics of one partition each."""

    def __init__(self) -> None:
        self._ends = Counter[str]()

    def append(self, topic: str, elements: Sequence[bytes], received_at: int) -> Record:
        """Give the record as a consumer would read it; ``received_at`` in epoch ms."""
        offset = self._ends[topic]
        self._ends[topic] += 1
        value = join(elements)
        return ConsumerRecord(
            topic=topic,
            partition=0,
            offset=offset,
            timestamp=received_at,
            timestamp_type=0,
            key=None,
            value=value,
            checksum=None,
            serialized_key_size=-1,
            serialized_value_size=len(value),
            headers=raw_headers(RecordInfo(received_at, "replay", len(elements))),
        )
