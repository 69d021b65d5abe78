"""How many workers of each part, over how many partitions."""

from collections.abc import Iterator
from math import ceil
from typing import Final

import msgspec

from operations.planning.figures import Figures
from operations.planning.load import Hardware, Load

_PARTITIONS: Final = (8, 12, 24, 48, 96, 192, 384, 768)
#: Partitions to lifecycle workers, so that there is room to grow and nobody is idle.
_PARTITIONS_PER_WORKER: Final = 1.5
_COALESCE_MS: Final = (20, 50, 100, 200)
_LARGEST_RECORD: Final = 500
_FLUSHES_S: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
#: Of a slice and source partition a flush writes the cell of this minute and of one before.
_CELLS: Final = 2
_PAIR: Final = 2
_BASE_GIB: Final = 0.5
_GIB: Final = 2**30


class Part(msgspec.Struct, frozen=True):
    """One part: the cores it uses at the rate asked for, and workers of one core to have."""

    name: str
    cores: float
    workers: int
    gib_each: float = _BASE_GIB


class Layout(msgspec.Struct, frozen=True):
    """What follows from partitions: settings, and how large records become."""

    partitions: int
    coalesce_ms: int
    flush_s: float
    events_per_record: float
    upserts_per_second: float
    #: Whether there are enough partitions for all workers.
    fits: bool


def ingress(load: Load, figures: Figures) -> Part:
    """The webhook."""
    cores = load.events_per_second * figures.ingress_us(load.events_per_post) / 1e6
    return Part("ingest", cores, _workers(cores, load))


def lay_out(load: Load, figures: Figures, hardware: Hardware) -> tuple[Layout, Part]:
    """The fewest partitions that do, with the shortest wait for more events in a record."""
    senders = ingress(load, figures).workers
    for layout in _layouts(load, figures, senders):
        part = _lifecycle(load, figures, hardware, layout)
        if part.workers * _PARTITIONS_PER_WORKER <= layout.partitions:
            return layout, part
    return msgspec.structs.replace(layout, fits=False), part


def sink(load: Load, figures: Figures, layout: Layout) -> Part:
    """The sink: a row for each event, cell and failure."""
    cores = rows_per_second(load, layout) * figures.of("sink", "cpu_us_per_row") / 1e6
    return Part("sink", cores, _workers(cores, load))


def singles(load: Load, figures: Figures, layout: Layout) -> tuple[Part, ...]:
    """Those of which there is one, because their topics have one partition."""
    return (
        Part("alerts", layout.upserts_per_second / figures.of("detection", "upserts"), 1),
        Part("fallback", failures_per_second(load) / figures.of("fallback", "plans"), 1),
        Part("notifier", 0.0, 1),
        Part("console", 0.0, 1),
    )


def failures_per_second(load: Load) -> float:
    """Messages that a fallback is planned for."""
    return load.messages_per_second * load.failing


def rows_per_second(load: Load, layout: Layout) -> float:
    """What is inserted into ClickHouse."""
    return load.events_per_second + layout.upserts_per_second + failures_per_second(load)


def _layouts(load: Load, figures: Figures, senders: int) -> Iterator[Layout]:
    for partitions in _PARTITIONS:
        flush_s, upserts = _flush(load, figures, partitions)
        for coalesce_ms in _COALESCE_MS:
            gathered = load.events_per_second / senders * coalesce_ms / 1e3 / partitions
            size = min(max(gathered, 1.0, load.events_per_post / partitions), _LARGEST_RECORD)
            yield Layout(partitions, coalesce_ms, flush_s, size, upserts, fits=True)


def _lifecycle(load: Load, figures: Figures, hardware: Hardware, layout: Layout) -> Part:
    cores = load.events_per_second * figures.lifecycle_us(layout.events_per_record) / 1e6
    state = load.messages_per_second * load.state_horizon_s * figures.of("memory", "resident")
    room = (hardware.worker_gib - _BASE_GIB) * _GIB
    workers = max(_workers(cores, load), ceil(state / room))
    return Part("lifecycle", cores, workers, _BASE_GIB + state / _GIB / workers)


def _flush(load: Load, figures: Figures, partitions: int) -> tuple[float, float]:
    """The shortest interval at which detection keeps up, and the upserts a second then."""
    most = figures.of("detection", "upserts") / load.headroom
    for seconds in _FLUSHES_S:
        upserts = min(load.events_per_second, _CELLS * load.slices * partitions / seconds)
        if upserts <= most:
            break
    return seconds, upserts


def _workers(cores: float, load: Load) -> int:
    """Never fewer than two, so that one may be lost."""
    return max(_PAIR, ceil(cores * load.headroom))
