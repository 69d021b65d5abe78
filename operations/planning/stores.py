"""Kafka's brokers and ClickHouse's servers."""

from math import ceil
from typing import Final

import msgspec

from operations.planning.figures import Figures
from operations.planning.load import Hardware, Load
from operations.planning.parts import Layout, rows_per_second

_GIB: Final = 2**30
_HOUR_S: Final = 3_600
_DAY_S: Final = 86_400
_MONTH_DAYS: Final = 30
#: Derived topics and changelogs beside the raw topics.
_DERIVED: Final = 1.3
_LEAST_BROKERS: Final = 3
_ENGINE_CORES: Final = 2
_LEAST_CORES: Final = 2


class Brokers(msgspec.Struct, frozen=True):
    """Kafka; disk of each broker, writes of all with every copy."""

    count: int
    mb_per_second: float
    disk_gib_each: float


class Servers(msgspec.Struct, frozen=True):
    """ClickHouse, one shard: each replica has everything."""

    replicas: int
    cores_each: int
    gib_per_month_each: float
    disk_gib_each: float


def brokers(load: Load, hardware: Hardware) -> Brokers:
    """Enough for the writes and for what is kept; three at least."""
    copies = max(load.replication_factor, 1)
    stream = load.events_per_second * load.event_bytes * _DERIVED * copies
    disk = stream * load.raw_retention_hours * _HOUR_S / hardware.fill / _GIB
    megabytes = stream / 1e6
    count = max(
        _LEAST_BROKERS,
        copies,
        ceil(megabytes * load.headroom / hardware.broker_mb_per_second),
        ceil(disk / hardware.broker_disk_gib),
    )
    return Brokers(count, megabytes, disk / count)


def servers(load: Load, figures: Figures, hardware: Hardware, layout: Layout) -> Servers:
    """Cores by inserts and merges; queries come on top and depend on who asks."""
    row_us = _ENGINE_CORES / figures.of("sink", "engine_rows") * 1e6 * hardware.merge_factor
    cores = rows_per_second(load, layout) * row_us / 1e6
    everything = figures.of("disk", "all_bytes")
    payload = figures.of("disk", "events_store.payload")
    daily = load.events_per_second * _DAY_S / _GIB
    kept = everything * load.payload_days + (everything - payload) * max(
        load.events_days - load.payload_days, 0
    )
    return Servers(
        load.clickhouse_replicas,
        max(_LEAST_CORES, ceil(cores * load.headroom)),
        daily * everything * _MONTH_DAYS,
        daily * kept / hardware.fill,
    )
