"""The ingress as a process: listens, runs until it is asked to stop, stops without loss."""

import asyncio
import errno
import gc
import signal
from typing import Final

import structlog

from ingest.app import Ingress, build
from pipeline.errors import ConfigurationError
from pipeline.event_loop import new_event_loop
from pipeline.settings import IngestSettings, KafkaSettings, SpoolSettings

_GC_THRESHOLDS: Final = (50_000, 20, 100)
_log = structlog.stdlib.get_logger("ingest")


def run(settings: IngestSettings, kafka: KafkaSettings, spool: SpoolSettings | None = None) -> None:
    """Serve until SIGTERM or SIGINT; ConfigurationError when the address can't be used."""
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_serve(settings, kafka, spool))


async def _serve(
    settings: IngestSettings, kafka: KafkaSettings, spool: SpoolSettings | None
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    ingress = build(settings, kafka, spool)
    try:
        await _listen(ingress, settings)
        _spare_the_collector()
        _log.info("listening", host=settings.host, port=settings.port)
        await stop.wait()
        _log.info("stopping")
    finally:
        await ingress.stop()


def _spare_the_collector() -> None:
    """Collect rarely: a request's objects die by their reference counts."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)


async def _listen(ingress: Ingress, settings: IngestSettings) -> None:
    try:
        await ingress.start(settings.host, settings.port)
    except OSError as error:
        in_use = error.errno == errno.EADDRINUSE
        why = "is in use" if in_use else f"can't be listened on ({error.strerror})"
        raise ConfigurationError(
            f"{settings.host}:{settings.port} {why}; stop what uses it, or set "
            "TWILIO_PIPELINE_INGEST_HOST and TWILIO_PIPELINE_INGEST_PORT"
        ) from error
