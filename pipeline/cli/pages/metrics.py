"""docs/reference/metrics.md."""

from prometheus_client import Counter
from prometheus_client.metrics import MetricWrapperBase

from pipeline import metrics
from pipeline.cli.pages.markdown import document, table


def page() -> str:
    """List every metric with its labels and meaning."""
    intro = "Every part serves its metrics in Prometheus' text format at `/metrics`."
    found = [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]
    header = ("metric", "type", "labels", "meaning")
    return document("Metrics", intro, table(header, [_row(metric) for metric in found]))


def _row(metric: MetricWrapperBase) -> tuple[str, ...]:
    family = next(iter(metric.describe()))
    name = f"{family.name}_total" if isinstance(metric, Counter) else family.name
    labels = ", ".join(f"`{label}`" for label in metric._labelnames)  # noqa: SLF001  no public way
    return f"`{name}`", family.type, labels, family.documentation
