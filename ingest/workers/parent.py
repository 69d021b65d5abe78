"""The parent of several workers: starts, watches and stops them, and tells how they are."""

import asyncio
import signal
import socket
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import structlog
from aiohttp import web

from ingest.address import address_error
from ingest.workers.keeper import Keeper
from ingest.workers.overview import Overview
from ingest.workers.place import Place
from pipeline import monitoring
from pipeline.settings import IngestSettings

#: A worker finishes its requests and flushes within this beyond the time an answer may take.
_FLUSH_SECONDS: Final = 12.0
_log: Final = structlog.stdlib.get_logger("ingest")


def supervise(
    settings: IngestSettings, argv_of: Callable[[Place], Sequence[str]], useless: int
) -> bool:
    """Run the workers until SIGTERM or SIGINT; False when one could not even start.

    Such a one has said why, and ended with the exit code ``useless``. ConfigurationError when
    an address can't be used.
    """
    _check_address(settings)
    listening = monitoring.listen(settings.metrics_host, settings.metrics_port)
    with listening, tempfile.TemporaryDirectory(prefix="twilio-ingest-") as folder:
        places = [
            Place(number, settings.workers, Path(folder) / f"{number}.sock")
            for number in range(settings.workers)
        ]
        keepers = [(place, argv_of(place)) for place in places]
        return asyncio.run(_supervise(settings, listening, keepers, useless))


async def _supervise(
    settings: IngestSettings,
    listening: socket.socket,
    commands: Sequence[tuple[Place, Sequence[str]]],
    useless: int,
) -> bool:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    overview = Overview([place.socket for place, _ in commands if place.socket])
    runner = web.AppRunner(overview.application(), access_log=None)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    keepers = [Keeper(place.number, argv, useless) for place, argv in commands]
    tasks = {asyncio.create_task(keeper.keep()) for keeper in keepers}
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({stopped, *tasks}, return_when=asyncio.FIRST_COMPLETED)
    asked = stop.is_set()
    overview.stopping = True
    patience = settings.stop_delay_s + settings.ack_timeout_s + _FLUSH_SECONDS
    await _stop(keepers, tasks, patience)
    await runner.cleanup()
    stopped.cancel()
    return asked


async def _stop(keepers: Sequence[Keeper], tasks: set[asyncio.Task[None]], seconds: float) -> None:
    """Let all finish, and end those that do not."""
    _log.info("stopping the workers")
    for keeper in keepers:
        keeper.stop()
    _, late = await asyncio.wait(tasks, timeout=seconds)
    if late:
        _log.error("workers did not end in time", workers=len(late))
        for keeper in keepers:
            keeper.kill()
        await asyncio.wait(late)


def _check_address(settings: IngestSettings) -> None:
    """A shared port would be shared with a stranger's workers too, so see that nobody has it."""
    try:
        socket.create_server((settings.host, settings.port)).close()
    except OSError as error:
        raise address_error(settings, error) from error
