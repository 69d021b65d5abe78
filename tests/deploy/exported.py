"""The series the parts export, to be compared with what rules and dashboards ask for."""

from __future__ import annotations

import re

from prometheus_client.metrics import MetricWrapperBase

from pipeline import metrics

SUFFIXES = {
    "counter": ("_total",),
    "gauge": ("",),
    "histogram": ("_bucket", "_sum", "_count"),
}
#: Prometheus' own, what every Python process exports, and a blackbox exporter's.
OTHERS = {
    "up",
    "process_start_time_seconds",
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "probe_ssl_earliest_cert_expiry",
}
_NAME = re.compile(r"\b(?:twilio[_:]|process_|probe_)[\w:]+|\bup\b")
_QUOTED = re.compile(r'"[^"]*"')


def series() -> set[str]:
    """The names of all series of the product."""
    declared = (each for each in vars(metrics).values() if isinstance(each, MetricWrapperBase))
    families = (family for metric in declared for family in metric.describe())
    return {f"{each.name}{suffix}" for each in families for suffix in SUFFIXES[each.type]}


def unknown_series(promql: str) -> set[str]:
    """What an expression asks for and nobody exports."""
    return set(_NAME.findall(_QUOTED.sub("", promql))) - series() - OTHERS
