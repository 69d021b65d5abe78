"""The traced records a part has read and not finished; loaded only where tracing is on."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from opentelemetry.trace import Span, SpanKind

from pipeline.spans import TRACEPARENT, Attributes, Spans, end, traceparent_of

#: Topic, partition and offset of a record.
Place = tuple[str, int, int]


class Trail:
    """Follows records from when they are read to the end of the work that was for all of them."""

    def __init__(self, spans: Spans) -> None:
        self._spans: Final = spans
        self._open: dict[Place, Span] = {}

    def read(self, place: Place, headers: Iterable[tuple[str, bytes]]) -> None:
        """Go on with the trace a record names, if it names one that is sampled."""
        traceparent = next((value for name, value in headers if name == TRACEPARENT), None)
        if traceparent:
            topic, partition, offset = place
            span = self._spans.begin(
                f"process {topic}",
                SpanKind.CONSUMER,
                traceparent,
                {
                    "messaging.system": "kafka",
                    "messaging.operation.type": "process",
                    "messaging.destination.name": topic,
                    "messaging.destination.partition.id": str(partition),
                    "messaging.kafka.offset": offset,
                },
            )
            if span:
                self._open[place] = span

    @contextmanager
    def work(
        self, name: str, attributes: Attributes, includes: Callable[[Place], bool] | None = None
    ) -> Iterator[bytes]:
        """What the block does finishes the records included (all, by default).

        Gives the ``traceparent`` of the work; empty when no record of it is traced.
        """
        places = [place for place in self._open if includes is None or includes(place)]
        records = [self._open.pop(place) for place in places]
        span = self._spans.join(name, SpanKind.INTERNAL, records, attributes)
        failure: BaseException | None = None
        try:
            yield traceparent_of(span) if span else b""
        except BaseException as error:
            failure = error
            raise
        finally:
            for each in (span, *records) if span else ():
                end(each, failure)

    def forget(self) -> None:
        """End what will not be finished here: its partitions have gone to others."""
        for span in self._open.values():
            end(span)
        self._open.clear()
