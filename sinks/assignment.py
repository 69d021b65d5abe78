"""The partitions a worker owns between two rebalances, read without holes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog
from aiokafka import ConsumerRecord, TopicPartition

from pipeline import metrics
from sinks.buffer import Buffer
from sinks.offsets import Position
from sinks.ranges import Partition

_log: Final = structlog.get_logger(__name__)


class Assignment:
    """Lets the next records of each partition through, in order and each once.

    A client's bookkeeping can't be trusted around rebalances: what was delivered before is
    dropped, and where records are missing, ``rewind`` says from where to read again. A gap that
    is there a second time is Kafka's own (deleted records, transaction marks).
    """

    def __init__(self, positions: Mapping[TopicPartition, Position]) -> None:
        self._next = {tp: position.start for tp, position in positions.items()}
        self._asked_again: dict[TopicPartition, int] = {}
        self.rewind: dict[TopicPartition, int] = {}
        self.buffer = Buffer(
            {
                Partition(tp.topic, tp.partition): position.intent
                for tp, position in positions.items()
                if position.intent is not None
            }
        )

    def accept(
        self, fetched: Mapping[TopicPartition, Sequence[ConsumerRecord]]
    ) -> list[ConsumerRecord]:
        """The records to go on with; fills ``rewind`` anew."""
        self.rewind = {}
        return [
            record
            for tp, records in fetched.items()
            for record in records
            if self._is_next(tp, record.offset)
        ]

    def lag(self, topic: str, end: Callable[[TopicPartition], int | None]) -> int:
        """How many records of a topic are not read yet; ``end`` is a partition's, where known."""
        ours = ((tp, offset) for tp, offset in self._next.items() if tp.topic == topic)
        return sum(max((end(tp) or 0) - offset, 0) for tp, offset in ours)

    def _is_next(self, tp: TopicPartition, offset: int) -> bool:
        expected = self._next.get(tp)
        if expected is None or offset < expected or tp in self.rewind:
            return False
        if offset > expected and self._asked_again.get(tp) != expected:
            self._asked_again[tp] = self.rewind[tp] = expected
            return False
        if offset > expected:
            _log.warning(
                "records are gone",
                topic=tp.topic,
                partition=tp.partition,
                first=expected,
                last=offset - 1,
            )
            metrics.SINK_LOST.labels(topic=tp.topic).inc(offset - expected)
        self._next[tp] = offset + 1
        return True
