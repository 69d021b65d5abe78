"""The pages of several workers in one, asked for over Unix sockets as the parent does."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ingest.workers.overview import Overview

Client = TestClient[web.Request, web.Application]
PAGE = """# HELP twilio_x_total Meaning.
# TYPE twilio_x_total counter
twilio_x_total{reason="ok"} %d.0
# HELP twilio_seconds Meaning.
# TYPE twilio_seconds histogram
twilio_seconds_bucket{le="+Inf"} %d.0
twilio_seconds_count %d.0
twilio_seconds_sum 0.5
"""


@asynccontextmanager
async def worker(path: Path, number: int, ready: int) -> AsyncIterator[None]:
    """Answer as a worker does."""

    async def readyz(_: web.Request) -> web.Response:
        return web.Response(status=ready, text="ready\n" if ready == 200 else "no Kafka\n")

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(text=PAGE % (number, number, number))

    app = web.Application()
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.UnixSite(runner, str(path)).start()
    yield
    await runner.cleanup()


@asynccontextmanager
async def overview(folder: Path, *ready: int) -> AsyncIterator[tuple[Overview, Client]]:
    """Workers by their answers to /readyz; one that has no answer is dead (0)."""
    sockets = [folder / f"{number}.sock" for number in range(len(ready))]
    async with AsyncExitStack() as stack:
        for number, (path, answer) in enumerate(zip(sockets, ready, strict=True)):
            if answer:
                await stack.enter_async_context(worker(path, number + 1, answer))
        shown = Overview(sockets)
        yield shown, await stack.enter_async_context(TestClient(TestServer(shown.application())))


async def test_metrics_stand_side_by_side_and_a_dead_worker_is_left_out(tmp_path: Path) -> None:
    async with overview(tmp_path, 200, 200, 0) as (_, client):
        page = await (await client.get("/metrics")).text()
    lines = page.splitlines()
    assert 'twilio_x_total{reason="ok",worker="0"} 1.0' in lines
    assert 'twilio_x_total{reason="ok",worker="1"} 2.0' in lines
    assert 'twilio_seconds_bucket{le="+Inf",worker="1"} 2.0' in lines
    assert lines.count("# TYPE twilio_x_total counter") == 1
    assert 'worker="2"' not in page


async def test_it_is_ready_while_one_is_and_says_what_ails_the_others(tmp_path: Path) -> None:
    async with overview(tmp_path, 503, 200, 0) as (shown, client):
        answer = await client.get("/readyz")
        assert answer.status == 200
        assert (await answer.text()).splitlines() == [
            "1 of 3 workers are ready",
            "worker 0: no Kafka",
            "worker 1: ready",
            "worker 2: does not answer",
        ]
        assert (await client.get("/healthz")).status == 200
        shown.stopping = True
        assert (await client.get("/readyz")).status == 503


async def test_it_is_not_ready_when_none_is(tmp_path: Path) -> None:
    async with overview(tmp_path, 503, 0) as (_, client):
        assert (await client.get("/readyz")).status == 503
