"""Tracing is off unless the environment asks for it, and says of batches what is true."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from local.ports import free_port
from pipeline.errors import ConfigurationError
from pipeline.spans import Spans, end, traceparent_of
from pipeline.tracing import is_wanted, tracing
from pipeline.trail import Trail
from tests.sinks.otlp import collecting

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}
SAMPLED = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
UNSAMPLED = SAMPLED[:-1] + b"0"
#: Loads what the parts on the way of an event load, and says what of OpenTelemetry that brings.
PARTS = """
import sys, ingest.app, sinks.run, processors.runtime.worker
print([name for name in sys.modules if name.startswith(("opentelemetry", "pipeline.spans"))])
"""
#: One span, and the end of its process long before spans are usually sent.
ONE_SPAN = """
from opentelemetry.trace import SpanKind
from pipeline.spans import end
from pipeline.tracing import tracing
end(tracing("short").begin("receive", SpanKind.SERVER, b"", {}))
"""


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Spans:
    return Spans("test", SimpleSpanProcessor(exporter))


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        (ENDPOINT, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        (ENDPOINT | {"OTEL_TRACES_EXPORTER": "none"}, False),
        (ENDPOINT | {"OTEL_SDK_DISABLED": "True"}, False),
        (ENDPOINT | {"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, True),
    ],
)
def test_the_environment_decides(environment: dict[str, str], *, wanted: bool) -> None:
    assert is_wanted(environment) is wanted


@pytest.mark.parametrize(
    ("variable", "value"),
    [("OTEL_TRACES_EXPORTER", "zipkin"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")],
)
def test_what_is_not_there_is_refused_in_a_line(variable: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"set {variable} to .*OTEL_SDK_DISABLED=true$"):
        is_wanted(ENDPOINT | {variable: value})


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "otlp")
    monkeypatch.setitem(sys.modules, "pipeline.spans", None)
    with pytest.raises(
        ConfigurationError, match="pip install 'twilio-event-pipeline\\[tracing\\]'"
    ):
        tracing("test")


def test_nothing_is_loaded_while_it_is_off() -> None:
    loaded = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", PARTS], check=True, capture_output=True, text=True
    )
    assert loaded.stdout == "[]\n"


def test_a_batch_is_below_its_first_and_linked_with_the_others(
    spans: Spans, exporter: InMemorySpanExporter
) -> None:
    requests = [spans.begin("receive", SpanKind.SERVER, trace, {}) for trace in (SAMPLED, b"")]
    first, second = (span for span in requests if span)
    batch = spans.join("send", SpanKind.PRODUCER, [first, second], {"events": 2})
    assert batch is not None
    for span in (batch, first, second):
        end(span)
    sent, one, other = exporter.get_finished_spans()
    assert sent.context.trace_id == one.context.trace_id == int(SAMPLED[3:35], 16)
    assert sent.parent is not None
    assert sent.parent.span_id == one.context.span_id
    assert [link.context.span_id for link in sent.links] == [other.context.span_id]
    assert [link.context.span_id for link in other.links] == [sent.context.span_id]
    assert one.links == ()


def test_what_is_not_sampled_leaves_nothing(spans: Spans, exporter: InMemorySpanExporter) -> None:
    assert spans.begin("receive", SpanKind.SERVER, UNSAMPLED, {}) is None
    assert spans.join("send", SpanKind.PRODUCER, [], {}) is None
    trail = Trail(spans)
    trail.read(("t", 0, 1), [("traceparent", UNSAMPLED), ("events", b"1")])
    trail.read(("t", 0, 2), [])
    with trail.work("flush", {}) as traceparent:
        assert traceparent == b""
    assert exporter.get_finished_spans() == ()


def test_records_end_with_the_work_that_finished_them(
    spans: Spans, exporter: InMemorySpanExporter
) -> None:
    trail = Trail(spans)
    for offset in (1, 2):
        trail.read(("t", 0, offset), [("traceparent", SAMPLED)])
    with trail.work("store", {}, lambda place: place[2] == 1) as traceparent:
        assert traceparent.startswith(SAMPLED[:35])
    assert [span.name for span in exporter.get_finished_spans()] == ["store", "process t"]
    assert dict(exporter.get_finished_spans()[1].attributes or {})["messaging.kafka.offset"] == 1
    trail.forget()
    assert len(exporter.get_finished_spans()) == 3
    trail.forget()
    assert len(exporter.get_finished_spans()) == 3


def test_a_failure_is_told_by_its_kind_alone(spans: Spans, exporter: InMemorySpanExporter) -> None:
    trail = Trail(spans)
    trail.read(("t", 0, 1), [("traceparent", SAMPLED)])
    with pytest.raises(ValueError, match=r"\+15550100002"), trail.work("store", {}):
        raise ValueError("+15550100002 can't be stored")
    told = [
        (span.status.status_code, span.status.description) for span in exporter.get_finished_spans()
    ]
    assert told == [(StatusCode.ERROR, "ValueError")] * 2
    assert all(not span.events for span in exporter.get_finished_spans())


def test_a_name_of_the_environment_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    exporter = InMemorySpanExporter()
    for name in ("", "mine"):
        monkeypatch.setenv("OTEL_SERVICE_NAME", name)
        span = Spans("ours", SimpleSpanProcessor(exporter)).begin("x", SpanKind.SERVER, b"", {})
        assert span is not None
        assert len(traceparent_of(span)) == len(SAMPLED)
        end(span)
    names = [span.resource.attributes["service.name"] for span in exporter.get_finished_spans()]
    assert names == ["ours", "mine"]


def test_a_collector_that_is_away_does_not_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{free_port()}")
    spans = tracing("test")
    assert spans is not None
    span = spans.begin("receive", SpanKind.SERVER, b"", {})
    assert span is not None
    end(span)
    begun = time.monotonic()
    spans.close()
    assert time.monotonic() - begun < 5
    exporting = [each for each in threading.enumerate() if each.name.startswith("Otel")]
    for each in exporting:  # it tries again a while, by random pauses, beside later tests
        each.join(15)
        assert not each.is_alive()


async def test_the_end_of_a_process_sends_what_is_left() -> None:
    async with collecting() as collector:
        told = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "60000"}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", ONE_SPAN, env={**os.environ, **told}
        )
        assert await process.wait() == 0
        assert [(span.service, span.name) for span in collector.told] == [("short", "receive")]
