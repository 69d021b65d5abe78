"""What the folds tell, as metrics."""

from pipeline import metrics
from pipeline.items.alert import Alert, Notice


class Metrics:
    """A watch; evictions are counted from what each source's detector says of its total."""

    def __init__(self) -> None:
        self._evicted: dict[str, int] = {}

    def told(self, item: Alert | Notice) -> None:
        """Count what was told, and how long after its start an incident was."""
        if isinstance(item, Notice):
            metrics.ALERTS_TOLD.labels("notice", "firing", item.severity).inc()
            return
        metrics.ALERTS_TOLD.labels(item.kind, item.state, item.severity).inc()
        if item.state == "firing":
            metrics.ALERTS_DELAY_SECONDS.labels(item.kind).observe(item.fired_at - item.started_at)

    def ignored(self, reason: str, cells: int) -> None:
        """Count upserts left alone."""
        metrics.ALERTS_IGNORED.labels(reason).inc(cells)

    def judged(self, source: str, until_s: int, slices: int, evicted: int) -> None:
        """Show how far a detector is."""
        metrics.ALERTS_JUDGED_UNTIL.labels(source).set(until_s)
        metrics.ALERTS_SLICES.labels(source).set(slices)
        before = self._evicted.get(source, evicted)
        self._evicted[source] = evicted
        metrics.ALERTS_EVICTED.labels(source).inc(max(evicted - before, 0))
