"""Asks every part whether it is ready, and how it does."""

import asyncio
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import aiohttp
import msgspec
from prometheus_client.parser import text_string_to_metric_families

_ANSWER_S: Final = 2.0
_OK: Final = 200
_LONGEST: Final = 200
_SEVERAL: Final = 2
#: Metrics of interest, each summed over its labels; of others there are hundreds.
_PREFIXES: Final = ("twilio_ingest_", "twilio_fallback_dry_run", "twilio_fallback_stopped")

Figures = Mapping[str, float]


class PartState(msgspec.Struct, frozen=True):
    """One part; ``since`` (epoch seconds) it is as ready as it is, as far as seen from here."""

    name: str
    ready: bool
    detail: str
    since: int


class _Answer(NamedTuple):
    """What one process says; without ``figures`` it does not say how it does."""

    ready: bool
    detail: str
    figures: Figures


class Parts:
    """The parts at these addresses (by name), as they last answered.

    A host name with several addresses, such as a headless service of Kubernetes, is several
    processes of one part: all are asked.
    """

    def __init__(self, addresses: Mapping[str, str], now: Callable[[], float] = time.time) -> None:
        self._addresses = {name: url.rstrip("/") for name, url in addresses.items()}
        self._now = now
        self._states = dict[str, PartState]()
        self._figures = dict[str, Figures]()
        #: Seconds of a clock that only goes forward.
        self.looked_at = 0.0

    @property
    def states(self) -> list[PartState]:
        """Each part that was asked, in the order they were configured."""
        return [self._states[name] for name in self._addresses if name in self._states]

    def figure(self, kind: str, metric: str) -> float | None:
        """The metric's sum over the parts of this kind; None when none of them tells it.

        Parts are of the kind their names begin with. Others tell it, too: every process has all
        metrics, and those it does not use are 0.
        """
        told = [
            figures[metric]
            for name, figures in self._figures.items()
            if name.startswith(kind) and metric in figures
        ]
        return sum(told) if told else None

    async def look(self, client: aiohttp.ClientSession) -> None:
        """Ask them all at once; who does not answer is not ready."""
        await asyncio.gather(*(self._ask(client, name) for name in self._addresses))
        self.looked_at = time.monotonic()

    async def _ask(self, client: aiohttp.ClientSession, name: str) -> None:
        urls = await _processes(self._addresses[name])
        answers = await asyncio.gather(*(_asked(client, url) for url in urls))
        self._figures[name] = _added(answer.figures for answer in answers)
        unready = [answer for answer in answers if not answer.ready]
        detail = (unready or answers)[0].detail
        if len(answers) > 1:
            detail = f"{len(answers) - len(unready)} of {len(answers)} ready: {detail}"
        self._note(name, ready=not unready, detail=detail)

    def _note(self, name: str, *, ready: bool, detail: str) -> None:
        before = self._states.get(name)
        same = before is not None and before.ready == ready
        since = before.since if before and same else int(self._now())
        self._states[name] = PartState(name, ready, detail, since)


async def _processes(url: str) -> list[str]:
    """The URL with each address of its host; as it is where the name is not known."""
    target = urlsplit(url)
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(target.hostname, target.port, type=socket.SOCK_STREAM)
    except OSError:
        return [url]
    # A host's address of the other family is no other process.
    family = min(each[0] for each in found)
    hosts = sorted({str(each[4][0]) for each in found if each[0] == family})
    if len(hosts) < _SEVERAL or target.scheme == "https":
        return [url]
    shown = [f"[{host}]" if ":" in host else host for host in hosts]
    port = f":{target.port}" if target.port else ""
    return [f"{target.scheme}://{host}{port}{target.path}" for host in shown]


async def _asked(client: aiohttp.ClientSession, url: str) -> _Answer:
    try:
        status, detail = await _get(client, f"{url}/readyz")
        _, metrics = await _get(client, f"{url}/metrics")
        return _Answer(status == _OK, detail.strip()[:_LONGEST], _summed(metrics))
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return _Answer(ready=False, detail="does not answer", figures={})


def _added(told: Iterable[Figures]) -> Figures:
    sums = dict[str, float]()
    for figures in told:
        for metric, value in figures.items():
            sums[metric] = sums.get(metric, 0.0) + value
    return sums


async def _get(client: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    timeout = aiohttp.ClientTimeout(total=_ANSWER_S)
    async with client.get(url, timeout=timeout) as answer:
        return answer.status, await answer.text()


def _summed(text: str) -> dict[str, float]:
    """Metrics of interest; ValueError when it is not Prometheus' format."""
    wanted = "\n".join(_wanted(text))
    figures = dict[str, float]()
    for family in text_string_to_metric_families(f"{wanted}\n"):
        for sample in family.samples:
            figures[sample.name] = figures.get(sample.name, 0.0) + sample.value
    return figures


def _wanted(text: str) -> Iterator[str]:
    return (line for line in text.splitlines() if line.startswith(_PREFIXES))
