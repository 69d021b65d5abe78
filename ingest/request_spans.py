"""The spans of requests and of the records that hold their events; only where tracing is on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry.trace import Span, SpanKind

from ingest.delivery import Delivery
from pipeline.spans import Spans, end, traceparent_of


class Sending:
    """A sampled record on its way to Kafka, or to the spool."""

    def __init__(self, span: Span) -> None:
        self._span = span
        #: What the record carries.
        self.traceparent = traceparent_of(span)

    def done(self, failure: Exception | None) -> None:
        """It is acknowledged, or failed."""
        end(self._span, failure)


class RequestSpans:
    """Follows verified requests to the acknowledgement of their events."""

    def __init__(self, spans: Spans) -> None:
        self._spans = spans

    @contextmanager
    def request(self, trace: bytes) -> Iterator[Span | None]:
        """A request's span, below the sender's if it named one; None when it is not sampled."""
        span = self._spans.begin("receive events", SpanKind.SERVER, trace, {})
        failure: BaseException | None = None
        try:
            yield span
        except BaseException as error:
            failure = error
            raise
        finally:
            if span:
                end(span, failure)

    def sending(
        self, topic: str, partition: int, events: int, deliveries: Sequence[Delivery]
    ) -> Sending | None:
        """The span of a record, for all its sampled requests; None when there are none."""
        requests = [delivery.span for delivery in deliveries if delivery.span]
        span = self._spans.join(
            f"send {topic}",
            SpanKind.PRODUCER,
            requests,
            {
                "messaging.system": "kafka",
                "messaging.operation.type": "send",
                "messaging.destination.name": topic,
                "messaging.destination.partition.id": str(partition),
                "messaging.batch.message_count": events,
            },
        )
        return Sending(span) if span else None
