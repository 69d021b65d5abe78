"""A record of several requests says so, and goes on with the trace of the first that is sampled."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from ingest.coalescer import Coalescer, Limits, Record
from ingest.deadlines import Deadlines
from ingest.delivery import Delivery
from ingest.request_spans import RequestSpans
from pipeline.errors import UnavailableError
from pipeline.spans import Spans

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from opentelemetry.sdk.trace import ReadableSpan

TOPIC = "twilio.messaging"
SAMPLED = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
UNSAMPLED = b"00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


class Shelf:
    """An outlet that keeps records, and refuses them while ``failure`` is set."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.failure: Exception | None = None

    async def send(self, record: Record) -> Awaitable[object]:
        if self.failure:
            raise self.failure
        self.records.append(record)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done


class Desk:
    """Requests that come in one turn of the loop, hence into one record."""

    def __init__(self) -> None:
        self.shelf = Shelf()
        self.exporter = InMemorySpanExporter()
        self.spans = RequestSpans(Spans("test", SimpleSpanProcessor(self.exporter)))
        limits = Limits(0.0, 100, 1_000_000)
        self.coalescer = Coalescer(self.shelf, limits, "ingress-1", lambda: 1, self.spans)
        self.coalescer.lay_out({TOPIC: 1})

    async def request(self, trace: bytes) -> None:
        with self.spans.request(trace) as span:
            delivery = Delivery(trace, span)
            self.coalescer.add(TOPIC, "SM1", b"1", delivery)
            await delivery.wait(Deadlines(5.0))

    def told(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.exporter.get_finished_spans() if span.name == name]


async def test_one_record_of_two_requests() -> None:
    desk = Desk()
    await asyncio.gather(*(desk.request(trace) for trace in (UNSAMPLED, SAMPLED, b"")))
    (record,), (sent,) = desk.shelf.records, desk.told(f"send {TOPIC}")
    assert record.events == 3
    assert dict(record.headers)["traceparent"].startswith(SAMPLED[:36])
    assert dict(record.headers)["traceparent"][36:52] == f"{sent.context.span_id:016x}".encode()
    requests = {span.context.span_id: span for span in desk.told("receive events")}
    assert len(requests) == 2
    assert sent.parent is not None
    other = next(span for key, span in requests.items() if key != sent.parent.span_id)
    assert [link.context.span_id for link in sent.links] == [other.context.span_id]
    assert [link.context.span_id for link in other.links] == [sent.context.span_id]
    assert dict(sent.attributes or {})["messaging.batch.message_count"] == 3


async def test_a_lone_request_that_is_not_sampled_stays_so() -> None:
    desk = Desk()
    await desk.request(UNSAMPLED)
    assert dict(desk.shelf.records[0].headers)["traceparent"] == UNSAMPLED
    assert desk.exporter.get_finished_spans() == ()


async def test_a_record_that_kafka_refuses_is_told_as_a_failure() -> None:
    desk = Desk()
    desk.shelf.failure = UnavailableError("Kafka is away")
    with pytest.raises(UnavailableError):
        await desk.request(SAMPLED)
    told = [(span.name, span.status.status_code) for span in desk.exporter.get_finished_spans()]
    assert told == [(f"send {TOPIC}", StatusCode.ERROR), ("receive events", StatusCode.ERROR)]
