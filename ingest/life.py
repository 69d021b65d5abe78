"""What runs beside the requests: the connection to Kafka, and the spools being drained."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

from aiohttp import web

from ingest.clock import now_ms
from ingest.coalescer import Coalescer
from ingest.kafka_link import KafkaLink
from ingest.ledger import Ledger
from ingest.spool.heritage import drain_heritage
from ingest.spool.station import SpoolStation
from pipeline.settings import SpoolSettings

_FLUSH_SECONDS: Final = 5.0


class Life:
    """From the start of the application to its end; afterwards all that came is safe.

    ``left`` are spools to drain that nobody owns any more; ``folders`` are all there are.
    """

    def __init__(  # noqa: PLR0913, PLR0917  (all that lives as long as it)
        self,
        link: KafkaLink,
        coalescer: Coalescer,
        station: SpoolStation | None,
        left: Sequence[SpoolSettings],
        folders: Sequence[Path],
        ledger: Ledger,
    ) -> None:
        self._link = link
        self._coalescer = coalescer
        self._station = station
        self._left = left
        self._folders = folders
        self._ledger = ledger

    async def __call__(self, _: web.Application) -> AsyncIterator[None]:
        """Run all of it while the application runs."""
        loop = asyncio.get_running_loop()
        if self._station:
            layout = self._station.last_layout(self._link.needed, self._folders)
            self._coalescer.lay_out(layout or {})
        running = [loop.create_task(self._link.run(self._lay_out))]
        running += [loop.create_task(drain_heritage(s, self._link, now_ms)) for s in self._left]
        if self._station:
            running.append(loop.create_task(self._station.run()))
        running.append(loop.create_task(self._ledger.run()))
        yield
        await self._coalescer.drain(_FLUSH_SECONDS)
        await self._ledger.tell(final=True)
        for task in running:
            task.cancel()
        await asyncio.wait(running)
        await self._link.close(_FLUSH_SECONDS)
        if self._station:
            await self._station.close()

    def _lay_out(self, layout: dict[str, int]) -> None:
        self._coalescer.lay_out(layout)
        if self._station:
            self._station.note_layout(layout)
