"""The sender treats answers as Twilio does, against a real server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from local.simulator.backoff import Backoff
from local.simulator.seeds import seeded
from local.simulator.sender import Answer, Delivery, Sender
from local.simulator.webhook import Webhook

SOON = Backoff(first_s=0.001, longest_s=0.002, patience_s=10)


@dataclass
class Receiver:
    """Answers with the given statuses in turn; 0 closes the connection."""

    statuses: list[int]
    bodies: list[bytes] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        status = self.statuses.pop(0)
        if status == 0 and request.transport:
            request.transport.close()
        return web.Response(status=status or 200)


@asynccontextmanager
async def sender_to(receiver: Receiver, backoff: Backoff = SOON) -> AsyncIterator[Sender]:
    app = web.Application()
    app.router.add_post("/twilio/events", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    webhook = Webhook(f"http://127.0.0.1:{port}/twilio/events", "https://example.com/twilio", "t")
    async with aiohttp.ClientSession() as session:
        yield Sender(session, webhook, backoff, seeded(1))
    await runner.cleanup()


@pytest.mark.parametrize("first", [429, 500, 503, 0])
async def test_a_passing_failure_is_sent_again_unchanged(first: int) -> None:
    receiver = Receiver([first, first, 200])
    async with sender_to(receiver) as sender:
        assert await sender.send(b"[1]") == Delivery(Answer.TAKEN, posts=3)

    assert receiver.bodies == [b"[1]"] * 3


@pytest.mark.parametrize("status", [302, 400, 403, 404, 413])
async def test_any_other_refusal_is_final(status: int) -> None:
    receiver = Receiver([status])
    async with sender_to(receiver) as sender:
        assert await sender.send(b"[1]") == Delivery(Answer.REFUSED, posts=1)


async def test_patience_ends() -> None:
    receiver = Receiver([503] * 1_000)
    impatient = Backoff(first_s=0.001, longest_s=0.002, patience_s=0.02)
    async with sender_to(receiver, impatient) as sender:
        delivery = await sender.send(b"[1]")

    assert delivery.answer is Answer.AGAIN
    assert delivery.posts == len(receiver.bodies) > 1


def test_waits_double_up_to_the_longest() -> None:
    backoff, random = Backoff(first_s=1, longest_s=8), seeded(1)

    for attempt, ceiling in ((1, 1), (2, 2), (3, 4), (4, 8), (5, 8), (5_000, 8)):
        assert ceiling / 2 <= backoff.delay(attempt, random) <= ceiling
