"""The ingress as a process: listens, runs until it is asked to stop, stops without loss."""

import asyncio
import gc
import signal
from typing import Final

import structlog

from ingest.address import address_error
from ingest.app import Ingress, build
from ingest.heap import keep_freed_memory
from ingest.lean_requests import use_lean_requests
from ingest.workers.leash import on_parents_end
from ingest.workers.place import ALONE, Place
from pipeline.event_loop import new_event_loop
from pipeline.settings import IngestSettings, KafkaSettings, SpoolSettings

_GC_THRESHOLDS: Final = (50_000, 20, 100)
_log = structlog.stdlib.get_logger("ingest")


def run(
    settings: IngestSettings,
    kafka: KafkaSettings,
    spool: SpoolSettings | None = None,
    place: Place = ALONE,
) -> None:
    """Serve until SIGTERM or SIGINT; ConfigurationError when the address can't be used."""
    keep_freed_memory()
    use_lean_requests()
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_serve(settings, kafka, spool, place))


async def _serve(
    settings: IngestSettings, kafka: KafkaSettings, spool: SpoolSettings | None, place: Place
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    ingress = build(settings, kafka, spool, place)
    try:
        if place.socket:
            on_parents_end(stop.set)
            await ingress.tell(place.socket)
        await _listen(ingress, settings, shared=place.of > 1)
        _spare_the_collector()
        _log.info("listening", host=settings.host, port=settings.port, worker=place.number)
        await stop.wait()
        _log.info("stopping", port_closes_in_s=settings.stop_delay_s)
        await ingress.stand_down(settings.stop_delay_s)
    finally:
        await ingress.stop()


def _spare_the_collector() -> None:
    """Collect rarely: a request's objects die by their reference counts."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)


async def _listen(ingress: Ingress, settings: IngestSettings, *, shared: bool) -> None:
    try:
        await ingress.start(settings.host, settings.port, shared=shared)
    except OSError as error:
        raise address_error(settings, error) from error
