"""How the pipeline does: parts that answer or not, what waits and for how long, what balances."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from socket import AF_INET, SOCK_STREAM
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web

from console.health.backlog import Backlog
from console.health.ledger import ledger
from console.health.parts import Parts
from local.ports import free_port
from pipeline.lag import Lag
from tests.console.stand import running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Part:
    """A part as it may be: what it answers can be changed."""

    def __init__(self, **figures: float) -> None:
        self.status = 200
        self.said = "ready\n"
        self.figures = figures

    @asynccontextmanager
    async def served(self, port: int | None = None, host: str = "127.0.0.1") -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_get("/readyz", self.readyz)
        app.router.add_get("/metrics", self.metrics)
        async with running(app, port or free_port(), host) as url:
            yield url

    async def readyz(self, _request: web.Request) -> web.Response:
        return web.Response(status=self.status, text=self.said)

    async def metrics(self, _request: web.Request) -> web.Response:
        lines = ["# HELP x Of others.", 'x{a="b"} 1']
        lines += [f"{name} {value}" for name, value in self.figures.items()]
        return web.Response(text="\n".join(lines) + "\n")


async def test_a_parts_word_and_since_when_it_is_so() -> None:
    now = [100.0]
    part = Part()
    nobody = f"http://127.0.0.1:{free_port()}"
    async with part.served() as url, aiohttp.ClientSession() as client:
        parts = Parts({"sink": url, "ingest": nobody}, lambda: now[0])
        await parts.look(client)
        now[0] = 110.0
        await parts.look(client)
        part.status, part.said = 503, "catching up"
        await parts.look(client)
    sink, ingest = parts.states
    assert (sink.name, sink.ready, sink.detail, sink.since) == ("sink", False, "catching up", 110)
    assert (ingest.ready, ingest.detail, ingest.since) == (False, "does not answer", 100)


async def test_all_processes_behind_one_name_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    loop = asyncio.get_running_loop()

    async def found(*_: object, **__: object) -> list[tuple[object, ...]]:
        hosts = ("127.0.0.1", "127.0.0.2", "127.0.0.3")
        return [(AF_INET, SOCK_STREAM, 6, "", (host, port)) for host in hosts]

    part = Part(twilio_ingest_events_total=2)
    async with part.served(port), part.served(port, "127.0.0.2"), aiohttp.ClientSession() as client:
        parts = Parts({"ingest": f"http://ingest-pods:{port}"})
        with monkeypatch.context() as patch:
            patch.setattr(type(loop), "getaddrinfo", found)
            await parts.look(client)
    (state,) = parts.states
    assert (state.ready, state.detail) == (False, "2 of 3 ready: does not answer")
    assert parts.figure("ingest", "twilio_ingest_events_total") == 4.0


async def test_figures_are_summed_over_labels_and_the_parts_that_know() -> None:
    first = Part(**{'twilio_ingest_events_total{product="a"}': 2.0, "twilio_ingest_x": 1.0})
    second = Part(**{'twilio_ingest_events_total{product="b"}': 3.0})
    other = Part(twilio_ingest_events_total=100, twilio_fallback_dry_run=0)
    async with (
        first.served() as one,
        second.served() as two,
        other.served() as sink,
        aiohttp.ClientSession() as client,
    ):
        parts = Parts({"ingest-1": one, "ingest-2": two, "sink": sink})
        await parts.look(client)
    assert parts.figure("ingest", "twilio_ingest_events_total") == 5.0
    assert parts.figure("fallback", "twilio_fallback_dry_run") is None  # the sink does not know
    assert parts.figure("ingest", "x") is None


@pytest.mark.parametrize(
    ("accepted", "passed_on", "spool", "unacked", "lost", "balanced"),
    [
        (10, 10, 0, 0, 0, True),
        (10, 11, 0, 0, 0, True),  # one was sent twice
        (10, 9, 0, 0, 0, False),
        (10, 9, 1, 0, 0, None),
        (10, 9, 0, 500, 0, None),
        (10, 12, 0, 500, 0, True),  # traffic, of which all that was accepted is passed on
        (10, 10, 0, 0, 1, False),
    ],
)
async def test_the_ledger(  # noqa: PLR0913, PLR0917  (each is a count)
    accepted: int, passed_on: int, spool: int, unacked: int, lost: int, balanced: bool | None
) -> None:
    ingest = Part(
        twilio_ingest_events_total=accepted,
        twilio_ingest_produced_events_total=passed_on,
        twilio_ingest_spool_records=spool,
        twilio_ingest_unacked_bytes=unacked,
        twilio_ingest_spool_lost_records_total=lost,
    )
    async with ingest.served() as url, aiohttp.ClientSession() as client:
        parts = Parts({"ingest": url})
        await parts.look(client)
    told = ledger(parts)
    assert told["balanced"] is balanced
    assert {"what": "events accepted", "count": accepted} in told["rows"]


def test_without_an_ingress_nobody_knows() -> None:
    assert ledger(Parts({})) == {"balanced": None, "rows": []}


def test_how_long_a_record_waits_is_told_without_reading_it() -> None:
    backlog = Backlog()
    looks = [(0, 10, 10), (5, 12, 12), (10, 15, 12), (15, 15, 12), (20, 18, 12), (25, 18, 15)]
    ages = []
    for at, end, committed in looks:
        backlog.note(at, [Lag("sink", "t", 0, end - committed, end), Lag("sink", "t", 1, 0, 4)])
        ages.append(backlog.oldest_s("sink"))
    # Offset 12 came by second 10, offset 15 by second 20.
    assert ages == [0, 0, 0, 5, 10, 5]
    assert backlog.rows() == [{"group": "sink", "topic": "t", "records": 3, "seconds": 5}]
    assert backlog.most() == 3
    assert backlog.oldest_s("nobody") is None


def test_what_waits_from_before_the_first_look_is_at_least_that_old() -> None:
    backlog = Backlog()
    for at in (100, 160):
        backlog.note(at, [Lag("sink", "t", 0, 3, 10), Lag("alerts", "t", 0, 1, 10)])
    assert (backlog.oldest_s("sink"), backlog.most()) == (60, 3)
    assert Backlog().most() is None
