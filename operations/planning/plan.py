"""A whole plan: parts, stores, money, and where the design ends."""

from collections.abc import Iterator
from typing import Final

import msgspec

from operations.planning.figures import Figures
from operations.planning.load import Hardware, Load, Prices
from operations.planning.parts import Layout, Part, ingress, lay_out, singles, sink
from operations.planning.stores import Brokers, Servers, brokers, servers

_MONTH_HOURS: Final = 730
_SLOW_FLUSH_S: Final = 5.0
_TIB: Final = 1024


class Cost(msgspec.Struct, frozen=True):
    """A month's; disk as it is once everything is kept as long as it is to be."""

    compute: float
    disk: float

    @property
    def total(self) -> float:
        """Both."""
        return self.compute + self.disk


class Plan(msgspec.Struct, frozen=True):
    """What a load needs."""

    load: Load
    layout: Layout
    parts: tuple[Part, ...]
    brokers: Brokers
    servers: Servers
    cost: Cost
    limits: tuple[str, ...] = ()


def make_plan(
    load: Load,
    figures: Figures,
    hardware: Hardware | None = None,
    prices: Prices | None = None,
) -> Plan:
    """Plan from figures; the same arguments give the same plan."""
    hardware, prices = hardware or Hardware(), prices or Prices()
    layout, lifecycle = lay_out(load, figures, hardware)
    parts = (
        ingress(load, figures),
        lifecycle,
        sink(load, figures, layout),
        *singles(load, figures, layout),
    )
    kafka = brokers(load, hardware)
    clickhouse = servers(load, figures, hardware, layout)
    cost = _cost(parts, kafka, clickhouse, hardware, prices)
    plan = Plan(load, layout, parts, kafka, clickhouse, cost)
    return msgspec.structs.replace(plan, limits=tuple(_limits(plan, figures, hardware)))


def _cost(
    parts: tuple[Part, ...],
    kafka: Brokers,
    clickhouse: Servers,
    hardware: Hardware,
    prices: Prices,
) -> Cost:
    stored = clickhouse.replicas * clickhouse.cores_each
    cores = sum(part.workers for part in parts) + kafka.count * hardware.broker_cores + stored
    memory = sum(part.workers * part.gib_each for part in parts)
    memory += kafka.count * hardware.broker_gib + stored * hardware.clickhouse_gib_per_core
    disk = kafka.count * kafka.disk_gib_each + clickhouse.replicas * clickhouse.disk_gib_each
    hourly = cores * prices.core_hour + memory * prices.gib_hour
    return Cost(hourly * _MONTH_HOURS, disk * prices.gib_month)


def _limits(plan: Plan, figures: Figures, hardware: Hardware) -> Iterator[str]:
    """Where more machines do not help."""
    if not plan.layout.fits:
        yield "lifecycle: needs more workers than partitions; split the traffic by account"
    if plan.layout.flush_s > _SLOW_FLUSH_S:
        most = figures.of("detection", "upserts")
        yield (
            f"alerts: one worker takes {most:,.0f} upserts a second, so windows can be told every "
            f"{plan.layout.flush_s:g} s only; with fewer slices sooner"
        )
    planned = next(part.cores for part in plan.parts if part.name == "fallback")
    if planned * plan.load.headroom > 1:
        most = figures.of("fallback", "plans")
        yield f"fallback: one worker makes {most:,.0f} plans a second at most, without headroom"
    yield from _of_clickhouse(plan.servers, hardware)


def _of_clickhouse(servers: Servers, hardware: Hardware) -> Iterator[str]:
    """The schema has one shard: every server has everything."""
    if servers.cores_each > hardware.clickhouse_cores:
        yield (
            f"ClickHouse: {servers.cores_each} cores in each server of the one shard; "
            f"{hardware.clickhouse_cores} are taken for the most there is"
        )
    if servers.disk_gib_each > hardware.clickhouse_disk_gib:
        yield (
            f"ClickHouse: {servers.disk_gib_each / _TIB:,.0f} TiB in each server of the one shard, "
            f"{hardware.clickhouse_disk_gib / _TIB:,.0f} are taken for the most there is; keep "
            "events for fewer days, or old ones on cheaper disks"
        )
