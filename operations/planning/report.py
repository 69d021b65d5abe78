"""A plan in words, for people and as JSON."""

from collections.abc import Iterator
from typing import Any

from operations.planning.plan import Plan


def as_json(plan: Plan) -> dict[str, Any]:
    """All of it, rounded to what is meaningful."""
    layout, kafka, clickhouse = plan.layout, plan.brokers, plan.servers
    return {
        "events_per_second": plan.load.events_per_second,
        "headroom": plan.load.headroom,
        "partitions": layout.partitions,
        "settings": settings(plan),
        "workers": {part.name: part.workers for part in plan.parts},
        "cores": {part.name: round(part.cores, 3) for part in plan.parts},
        "gib_each": {part.name: round(part.gib_each, 1) for part in plan.parts},
        "events_per_record": round(layout.events_per_record, 1),
        "brokers": {
            "count": kafka.count,
            "mb_per_second": round(kafka.mb_per_second, 1),
            "disk_gib_each": round(kafka.disk_gib_each),
        },
        "clickhouse": {
            "servers": clickhouse.replicas,
            "cores_each": clickhouse.cores_each,
            "gib_per_month_each": round(clickhouse.gib_per_month_each),
            "disk_gib_each": round(clickhouse.disk_gib_each),
        },
        "cost_per_month": {
            "compute": round(plan.cost.compute),
            "disk": round(plan.cost.disk),
            "total": round(plan.cost.total),
        },
        "limits": list(plan.limits),
    }


def settings(plan: Plan) -> dict[str, str]:
    """What to set besides the defaults."""
    prefix = "TWILIO_PIPELINE_"
    return {
        f"{prefix}KAFKA_PARTITIONS": str(plan.layout.partitions),
        f"{prefix}INGEST_COALESCE_MS": str(plan.layout.coalesce_ms),
        f"{prefix}LIFECYCLE_FLUSH_INTERVAL_S": f"{plan.layout.flush_s:g}",
    }


def lines(plan: Plan) -> Iterator[str]:
    """For people."""
    load, kafka, clickhouse, cost = plan.load, plan.brokers, plan.servers, plan.cost
    rate, headroom = f"{load.events_per_second:,.0f}", f"{load.headroom:g}"
    yield f"{rate} events a second, capacity for {headroom} times as many"
    yield ""
    yield f"{'part':12}{'workers':>8}{'cores used':>12}{'GiB each':>10}"
    for part in plan.parts:
        yield f"{part.name:12}{part.workers:>8}{part.cores:>12.2f}{part.gib_each:>10.1f}"
    yield ""
    yield from (f"{name}={value}" for name, value in settings(plan).items())
    yield f"records       {plan.layout.events_per_record:.1f} events in one, about"
    yield (
        f"Kafka         {kafka.count} brokers, {kafka.disk_gib_each:,.0f} GiB each, "
        f"{kafka.mb_per_second:,.1f} MB/s written with all copies"
    )
    yield (
        f"ClickHouse    {clickhouse.replicas} servers with {clickhouse.cores_each} cores each; "
        f"{clickhouse.gib_per_month_each:,.0f} GiB more a month, {clickhouse.disk_gib_each:,.0f} "
        f"GiB after {load.events_days} days"
    )
    yield (
        f"cost          {cost.total:,.0f} a month: {cost.compute:,.0f} for cores and memory, "
        f"{cost.disk:,.0f} for disks when full"
    )
    yield from (f"LIMIT         {limit}" for limit in plan.limits)


def assumptions(plan: Plan) -> Iterator[str]:
    """What was taken for granted."""
    load = plan.load
    yield "per-core figures are those of docs/performance.md, or of --figures"
    yield (
        f"{load.events_per_post:g} event(s) a post, {load.events_per_message:g} a message, "
        f"{load.event_bytes} bytes each; {load.failing:.0%} of messages fail; "
        f"{load.slices} slices active in a minute"
    )
    yield (
        f"a message's state is kept {load.state_horizon_s / 3600:g} h, raw topics "
        f"{load.raw_retention_hours / 24:g} d, events {load.events_days} d"
    )
    yield "machines, prices and the cost of merging were not measured: docs/scale.md"
