"""What the parent tells of its workers: their metrics side by side, and how many are ready."""

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import aiohttp
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from typing_extensions import override

_TIMEOUT: Final = aiohttp.ClientTimeout(total=2.0)
_OK: Final = 200


class Overview:
    """Asks each worker on its own socket; the shared port would ask one that the kernel picks."""

    def __init__(self, sockets: Sequence[Path]) -> None:
        self._sockets = tuple(sockets)
        self.stopping = False

    def application(self) -> web.Application:
        """GET /healthz, /readyz (200 while a worker is ready) and /metrics (with ``worker``)."""
        app = web.Application()
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics)
        return app

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _readyz(self, _: web.Request) -> web.Response:
        answers = await self._ask("/readyz")
        ready = sum(status == _OK for status, _ in answers)
        lines = [f"worker {number}: {text.strip()}" for number, (_, text) in enumerate(answers)]
        first = "stopping" if self.stopping else f"{ready} of {len(answers)} workers are ready"
        status = _OK if ready and not self.stopping else 503
        return web.Response(status=status, text="\n".join([first, *lines, ""]))

    async def _metrics(self, _: web.Request) -> web.Response:
        pages = [text if status == _OK else "" for status, text in await self._ask("/metrics")]
        registry = CollectorRegistry()
        registry.register(_SideBySide(pages))
        page = generate_latest(registry)
        return web.Response(body=page, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _ask(self, path: str) -> list[tuple[int, str]]:
        return await asyncio.gather(*(_ask(socket, path) for socket in self._sockets))


async def _ask(socket: Path, path: str) -> tuple[int, str]:
    connector = aiohttp.UnixConnector(str(socket))
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=_TIMEOUT) as session,
            session.get(f"http://worker{path}") as answer,
        ):
            return answer.status, await answer.text()
    except (aiohttp.ClientError, TimeoutError, OSError):
        return 503, "does not answer"


class _SideBySide(Collector):
    """All pages in one; a label keeps the workers apart, as sums would fall when one restarts."""

    def __init__(self, pages: Sequence[str]) -> None:
        self._pages = pages

    @override
    def collect(self) -> Iterable[Metric]:
        together: dict[str, Metric] = {}
        for number, page in enumerate(self._pages):
            for family in text_string_to_metric_families(page):
                known = together.setdefault(
                    family.name, Metric(family.name, family.documentation, family.type)
                )
                for sample in family.samples:
                    labels = {**sample.labels, "worker": str(number)}
                    known.samples.append(sample._replace(labels=labels))
        return together.values()
