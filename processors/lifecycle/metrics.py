"""What the folds tell, as metrics."""

from pipeline import metrics
from pipeline.twilio.catalogue import event_types


class Metrics:
    """An observer; types of events that are not in the catalogue are counted as one."""

    def __init__(self, processor: str) -> None:
        self._processor = processor

    def folded(self, events: int) -> None:
        """Count events folded in."""
        metrics.PROCESSOR_EVENTS.labels(self._processor).inc(events)

    def ignored(self, reason: str, events: int = 1) -> None:
        """Count events left alone."""
        metrics.PROCESSOR_IGNORED.labels(self._processor, reason).inc(events)

    def noted(self, what: str) -> None:
        """Count odd events."""
        metrics.PROCESSOR_NOTED.labels(self._processor, what).inc()

    def unused(self, event_type: str) -> None:
        """Count events by type that no fold counts."""
        name = event_type if event_type in event_types() else "unlisted"
        metrics.PROCESSOR_UNUSED.labels(self._processor, name).inc()

    def capped(self) -> None:
        """Count what is in a coarser cell."""
        metrics.PROCESSOR_CAPPED.labels(self._processor).inc()

    def told(self, product: str, kind: str) -> None:
        """Count outcomes announced."""
        metrics.PROCESSOR_OUTCOMES.labels(self._processor, product, kind).inc()
