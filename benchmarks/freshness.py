"""Freshness: from an event's record sent to Kafka until its message is whole in a view.

The sink loads live events at a steady rate. Of ten messages a second it is noted when their
record was sent and when ``messages`` first showed all of their events; looking is done every few
milliseconds, in one query, and counts as part of the time.
"""

import asyncio
import statistics
import time

from clickhouse_connect.driver.client import Client

from benchmarks.result import Result
from benchmarks.stage import child, part, stage, until
from benchmarks.store import cpu_seconds, store
from benchmarks.stream import EVENTS_A_MESSAGE, Stream
from local.ports import free_port
from sinks.clickhouse import connect

PARTITIONS = 4
RATE = 5_000  # events a second
WARM_S = 5.0
SECONDS = 20.0
_LOOK_S = 0.02
_WHOLE = """
    SELECT message_sid FROM messages
    WHERE message_sid IN {sids:Array(String)} AND events = {events:UInt64}"""


def run() -> Result:
    """Measure for some seconds."""
    return asyncio.run(_run())


async def _run() -> Result:
    port = free_port()
    async with (
        stage(PARTITIONS) as here,
        store(here) as target,
        Stream.open(here, PARTITIONS, RATE // EVENTS_A_MESSAGE) as stream,
    ):
        with (
            child(part("sink"), target.sink_environment(here, port), here.folder / "sink.log"),
            connect(target.settings) as client,
        ):
            async with stream.flowing():
                await until(lambda: _stored(client) > 0, "the sink")
                await asyncio.sleep(WARM_S)
                events, used = stream.events, cpu_seconds(port)
                waits = await _watch(client, stream)
                events, used = stream.events - events, cpu_seconds(port) - used
    percentiles = statistics.quantiles(waits, n=100)
    figures = {
        "events": events / SECONDS,
        "p50_s": percentiles[49],
        "p99_s": percentiles[98],
        "worst_s": max(waits),
        "probes": len(waits),
        "sink_cpu_us_per_row": used / events * 1e6,
    }
    return Result("freshness", figures, {})


def _stored(client: Client) -> int:
    return int(str(client.command("SELECT count() FROM events_store")))


async def _watch(client: Client, stream: Stream) -> list[float]:
    """How long each message took that was sent within the measured time."""
    waits: list[float] = []
    stream.sent.clear()
    until_then = time.monotonic() + SECONDS
    while time.monotonic() < until_then or _due(stream, until_then):
        due = _due(stream, until_then)
        whole = await asyncio.to_thread(_whole, client, due) if due else []
        now = time.monotonic()
        waits += [now - stream.sent.pop(sid) for sid in whole]
        await asyncio.sleep(_LOOK_S)
    return waits


def _due(stream: Stream, until_then: float) -> list[str]:
    return [sid for sid, at in stream.sent.items() if at < until_then]


def _whole(client: Client, sids: list[str]) -> list[str]:
    parameters = {"sids": sids, "events": EVENTS_A_MESSAGE}
    return [str(sid) for (sid,) in client.query(_WHOLE, parameters=parameters).result_rows]
