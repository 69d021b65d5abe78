"""A processor as a process: topics, Faust worker, monitoring routes, uvloop, garbage collector."""

import asyncio
import gc
import socket
from typing import Any, Final

import faust
import mode.loop
import msgspec
from aiohttp.web import AppRunner

from pipeline.event_loop import mend_aiokafka
from pipeline.monitoring import listen, serve
from pipeline.settings import KafkaSettings
from pipeline.topics import DEAD_LETTERS, ensure_topics, partition_counts
from pipeline.tracing import trail
from processors.runtime.app import build_app, changelog_topic, state_table
from processors.runtime.crash_log import shorten_crashes
from processors.runtime.deeds import Performer
from processors.runtime.ends import Ends
from processors.runtime.patience import PatientWorker
from processors.runtime.runner import MakeFold, Runner
from processors.runtime.watch import Watch

#: Fewer collector runs over state that lives long anyway (measured: a third of the time at 50
#: events a record).
_GC_THRESHOLDS: Final = (100_000, 50, 100)
#: Seconds between two looks at what acting folds wait for.
_ATTEND_S: Final = 0.05


class Processor(msgspec.Struct, frozen=True):
    """What tells one processor from another."""

    app_id: str
    sources: tuple[str, ...]
    emits: tuple[str, ...]
    make_fold: MakeFold
    flush_interval_s: float
    flush_max_changes: int
    monitoring_host: str
    monitoring_port: int
    perform: Performer | None = None


def run(processor: Processor, kafka: KafkaSettings) -> None:
    """Run until SIGTERM or Ctrl-C; exits the process with Faust's exit code."""
    mode.loop.use("uvloop")
    mend_aiokafka()
    listening = listen(processor.monitoring_host, processor.monitoring_port)
    gc.set_threshold(*_GC_THRESHOLDS)
    counts = asyncio.run(_prepare(processor, kafka))
    app = _assemble(processor, kafka, counts, listening)
    shorten_crashes()
    worker = PatientWorker(app, override_logging=False, redirect_stdouts=False)
    worker.spinner = None
    worker.execute_from_commandline()


async def _prepare(processor: Processor, kafka: KafkaSettings) -> dict[str, int]:
    await ensure_topics(kafka, changelog_topic(processor.app_id))
    return await partition_counts(kafka, (*processor.sources, *processor.emits, DEAD_LETTERS))


def _assemble(
    processor: Processor, kafka: KafkaSettings, counts: dict[str, int], listening: socket.socket
) -> faust.App:
    partitions = max(counts[source] for source in processor.sources)
    app = build_app(processor.app_id, kafka, partitions)
    table = state_table(app, partitions)
    runner = Runner(
        app,
        table,
        processor.make_fold,
        sources=processor.sources,
        partitions=counts,
        flush_max_changes=processor.flush_max_changes,
        perform=processor.perform,
        trail=trail(processor.app_id),
    )
    source = app.topic(
        *processor.sources, key_type=bytes, value_type=bytes, value_serializer="raw", acks=False
    )
    table.on_recover(runner.recovered)
    app.on_partitions_assigned.connect(runner.assigned, weak=False)
    app.on_partitions_revoked.connect(runner.revoked, weak=False)
    app.agent(source, name="fold")(runner.consume)
    app.timer(processor.flush_interval_s)(runner.tick)
    if processor.perform:
        _attend(app, runner)
    _monitor(app, runner, kafka, listening)
    return app


def _attend(app: faust.App, runner: Runner) -> None:
    """Look after acting folds; a Faust timer would complain whenever a flush takes longer."""

    async def attend() -> None:
        while not app.should_stop:
            await runner.attend()
            await app.sleep(_ATTEND_S)

    app.task(attend)


def _monitor(
    app: faust.App, runner: Runner, kafka: KafkaSettings, listening: socket.socket
) -> None:
    """Serve probes and watch whether the worker goes on, from the first assignment on.

    Faust's own tasks and timers wait until the state is restored, which may take minutes.
    """
    served: list[AppRunner] = []
    begun: list[asyncio.Future[None]] = []

    async def watch() -> None:
        served.append(await serve(listening, lambda: runner.not_ready))
        await Watch(app, runner, Ends(kafka)).run()

    async def start(*_: Any, **__: Any) -> None:  # noqa: ANN401  Faust's signal
        if not begun:
            begun.append(app.add_future(watch()))

    async def stop(*_: Any, **__: Any) -> None:  # noqa: ANN401  Faust's signal
        await runner.stop()
        for site in served:
            await site.cleanup()

    app.on_partitions_assigned.connect(start, weak=False)
    app.on_before_shutdown.connect(stop, weak=False)
