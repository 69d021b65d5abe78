"""Drains what a worker has spooled that does not exist any more."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from ingest.spool.drainer import Link
from ingest.spool.station import SpoolStation
from pipeline.errors import ConfigurationError
from pipeline.settings import SpoolSettings

_RETRY_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 0.2
_log: Final = structlog.stdlib.get_logger("ingest")


async def drain_heritage(settings: SpoolSettings, link: Link, now_ms: Callable[[], int]) -> None:
    """Return when the folder is empty; waits while another process still owns it."""
    station = await _open(settings, link, now_ms)
    _log.info("draining a spool left behind", folder=settings.directory)
    draining = asyncio.get_running_loop().create_task(station.run())
    try:
        while station.size:  # noqa: ASYNC110  draining ends file by file, without an event
            await asyncio.sleep(_LOOK_SECONDS)
        _log.info("drained a spool left behind", folder=settings.directory)
    finally:
        draining.cancel()
        await asyncio.wait([draining])
        await station.close()


async def _open(settings: SpoolSettings, link: Link, now_ms: Callable[[], int]) -> SpoolStation:
    while True:
        try:
            return SpoolStation(settings, link, now_ms)
        except ConfigurationError as error:
            _log.warning("a spool left behind can't be drained yet", error=str(error))
        await asyncio.sleep(_RETRY_SECONDS)
