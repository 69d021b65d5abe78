"""Spans that follow an event over Kafka, by OpenTelemetry; loaded only where tracing is on.

What is done for many at once (a Kafka record of many requests, a flush or an insert of many
records) is one span: a child of the first of them that is sampled, linked with all the others,
in both directions. So there is a way from each request to all that became of it, and nothing
pretends to have been done for one alone.
"""

import atexit
import os
from collections.abc import Mapping, Sequence
from threading import Event, Thread
from typing import Final, Self

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

Attributes = Mapping[str, str | int]

TRACEPARENT: Final = "traceparent"
_SCOPE: Final = "twilio-event-pipeline"
#: How long the end of a process may take for spans that nobody takes.
_LAST_SECONDS: Final = 2.0
_propagator: Final = TraceContextTextMapPropagator()


class Spans:
    """Makes the spans of one part; which are sampled is for OTEL_TRACES_SAMPLER to say."""

    def __init__(self, service: str, processor: SpanProcessor) -> None:
        self._provider = TracerProvider(resource=_resource(service), shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer(_SCOPE)
        self._ending = Event()
        # Begun now, because at the end of a process no thread can be begun any more.
        self._closer = Thread(target=self._close_at_the_end, name="spans", daemon=True)
        self._closer.start()

    @classmethod
    def exported(cls, service: str) -> Self:
        """Spans that go where OTEL_EXPORTER_OTLP_ENDPOINT says, from a thread of their own."""
        spans = cls(service, BatchSpanProcessor(OTLPSpanExporter()))
        atexit.register(spans.close)
        return spans

    def begin(
        self, name: str, kind: SpanKind, traceparent: bytes, attributes: Attributes
    ) -> Span | None:
        """A span below the remote one, or a trace's first; None when it is not sampled."""
        carrier = {TRACEPARENT: traceparent.decode("ascii", "replace")}
        context = _propagator.extract(carrier)
        span = self._tracer.start_span(name, context, kind, dict(attributes))
        return span if span.is_recording() else None

    def join(
        self, name: str, kind: SpanKind, members: Sequence[Span], attributes: Attributes
    ) -> Span | None:
        """The span of what is done for all members at once; None when there are none."""
        if not members:
            return None
        first, *others = members
        links = [Link(other.get_span_context()) for other in others]
        context = set_span_in_context(first)
        span = self._tracer.start_span(name, context, kind, dict(attributes), links)
        for other in others:
            other.add_link(span.get_span_context())
        return span

    def close(self) -> None:
        """Send what is left, as the end of the process does, but don't wait long for it."""
        self._ending.set()
        self._closer.join(_LAST_SECONDS)

    def _close_at_the_end(self) -> None:
        self._ending.wait()
        self._provider.shutdown()


def end(span: Span, failure: BaseException | None = None) -> None:
    """End a span; of a failure it says the kind, whose text may quote what nobody should read."""
    if failure:
        span.set_status(Status(StatusCode.ERROR, type(failure).__name__))
    span.end()


def traceparent_of(span: Span) -> bytes:
    """How a record names the span, for whoever reads it to go on."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier, set_span_in_context(span))
    return carrier[TRACEPARENT].encode()


def _resource(service: str) -> Resource:
    """The environment's resource, with a name of our own where it has none."""
    attributes = os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    is_named = os.environ.get("OTEL_SERVICE_NAME") or f"{SERVICE_NAME}=" in attributes
    return Resource.create({} if is_named else {SERVICE_NAME: service})
