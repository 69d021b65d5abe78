"""A collector of OpenTelemetry's: takes spans over HTTP and keeps them."""

from __future__ import annotations

import asyncio
import gzip
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from opentelemetry.proto.trace.v1.trace_pb2 import Span

WAIT_SECONDS = 60.0


class Told(NamedTuple):
    """A span as a service told it."""

    service: str
    name: str
    trace: bytes
    span: bytes
    parent: bytes
    links: tuple[bytes, ...]
    attributes: dict[str, str]


class Collector:
    """Keeps what was told."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.url = ""

    async def receive(self, request: web.Request) -> web.Response:
        """POST /v1/traces, as the protocol has it."""
        body = await request.read()
        if request.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            known = {each.key: each.value.string_value for each in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.told += [read(known["service.name"], span) for span in scope.spans]
        return web.Response()

    async def until(self, *names: tuple[str, str], trace: bytes) -> dict[tuple[str, str], Told]:
        """Wait for spans of a trace, by service and name."""
        deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
        while True:
            found = {(each.service, each.name): each for each in self.told if each.trace == trace}
            if set(names) <= set(found):
                return found
            assert asyncio.get_running_loop().time() < deadline, f"only {sorted(found)} were told"
            await asyncio.sleep(0.05)


def read(service: str, span: Span) -> Told:
    return Told(
        service,
        span.name,
        span.trace_id,
        span.span_id,
        span.parent_span_id,
        tuple(link.span_id for link in span.links),
        {each.key: each.value.string_value for each in span.attributes},
    )


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """A collector on a free port."""
    collector = Collector()
    app = web.Application()
    app.router.add_post("/v1/traces", collector.receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    collector.url = f"http://{host}:{port}"
    try:
        yield collector
    finally:
        await runner.cleanup()
