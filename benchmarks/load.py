"""The load generator, a process of its own: posts over kept-alive connections, one at a time.

``python -m benchmarks.load PORT EVENTS_EACH CONNECTIONS WARM_SECONDS SECONDS RATE`` prints a Load
as JSON; RATE is in requests a second over all connections, 0 as fast as they are answered.
Raw sockets: a full HTTP client would need more time than the server it measures.
"""

import asyncio
import itertools
import statistics
import sys
import time
from collections.abc import Iterator
from typing import Final, cast

import msgspec
import uvloop
from typing_extensions import override

from benchmarks.posts import posts

_DISTINCT_BYTES: Final = 8 * 1024 * 1024
_EVENT_BYTES: Final = 700
_END_OF_HEAD: Final = b"\r\n\r\n"
_OK: Final = b"HTTP/1.1 200"


class Load(msgspec.Struct):
    """What was measured; latencies in milliseconds."""

    requests_per_s: float
    failures: int
    p50_ms: float
    p99_ms: float


class _Connection(asyncio.Protocol):
    """Sends the next post as soon as the last one is answered (with an empty body).

    At a rate one is due every ``interval``, and the first after ``first``, so that connections
    take turns. A late answer delays the next post, but not those after it: the rate is kept.
    """

    def __init__(self, source: Iterator[bytes], interval: float, first: float) -> None:
        self._source = source
        self._interval = interval
        self._first = first
        self._transport: asyncio.Transport | None = None
        self._answer = b""
        self._sent_at = 0.0
        self._due = 0.0
        self.latencies: list[float] = []
        self.failures = 0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._due = time.perf_counter() + self._first
        asyncio.get_running_loop().call_later(self._first, self._send)

    @override
    def data_received(self, data: bytes) -> None:
        self._answer += data
        if not self._answer.endswith(_END_OF_HEAD):
            return
        self.latencies.append(time.perf_counter() - self._sent_at)
        self.failures += not self._answer.startswith(_OK)
        self._due += self._interval
        wait = self._due - time.perf_counter()
        if self._interval and wait > 0:
            asyncio.get_running_loop().call_later(wait, self._send)
        else:
            self._send()

    def _send(self) -> None:
        self._answer = b""
        self._sent_at = time.perf_counter()
        if self._transport:
            self._transport.write(next(self._source))


async def measure(  # noqa: PLR0913, PLR0917  the numbers of the command line
    port: int,
    events_each: int,
    connections: int,
    warm_seconds: float,
    seconds: float,
    rate: float,
) -> Load:
    """Post for ``warm_seconds`` unmeasured, then for ``seconds``."""
    made = posts(_DISTINCT_BYTES // (_EVENT_BYTES * events_each), events_each)
    source = itertools.cycle(made)
    interval = connections / rate if rate else 0.0
    clients = [
        _Connection(source, interval, interval * number / connections)
        for number in range(connections)
    ]
    for client in clients:
        await _connect(client, port)
    await asyncio.sleep(warm_seconds)
    for client in clients:
        client.latencies.clear()
    start = time.perf_counter()
    await asyncio.sleep(seconds)
    return _load(clients, time.perf_counter() - start)


async def _connect(client: _Connection, port: int) -> None:
    await asyncio.get_running_loop().create_connection(lambda: client, "127.0.0.1", port)


def _load(clients: list[_Connection], seconds: float) -> Load:
    latencies = [each * 1000 for client in clients for each in client.latencies]
    percentiles = statistics.quantiles(latencies, n=100)
    return Load(
        requests_per_s=len(latencies) / seconds,
        failures=sum(client.failures for client in clients),
        p50_ms=percentiles[49],
        p99_ms=percentiles[98],
    )


if __name__ == "__main__":
    numbers = [float(each) for each in sys.argv[1:7]]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as main:
        result = main.run(measure(int(numbers[0]), int(numbers[1]), int(numbers[2]), *numbers[3:]))
    sys.stdout.write(msgspec.json.encode(result).decode())
