"""What the folds tell, as metrics."""

from functools import partial

from pipeline import metrics
from pipeline.memo import Memo
from pipeline.twilio.catalogue import event_types


class Metrics:
    """An observer; types of events that are not in the catalogue are counted as one."""

    def __init__(self, processor: str) -> None:
        self._processor = processor
        self._folded = metrics.PROCESSOR_EVENTS.labels(processor)
        self._capped = metrics.PROCESSOR_CAPPED.labels(processor)
        self._noted = Memo(partial(metrics.PROCESSOR_NOTED.labels, processor))

    def folded(self, events: int) -> None:
        """Count events folded in."""
        self._folded.inc(events)

    def ignored(self, reason: str, events: int = 1) -> None:
        """Count events left alone."""
        metrics.PROCESSOR_IGNORED.labels(self._processor, reason).inc(events)

    def noted(self, what: str) -> None:
        """Count odd events."""
        self._noted[what].inc()

    def unused(self, event_type: str) -> None:
        """Count events by type that no fold counts."""
        name = event_type if event_type in event_types() else "unlisted"
        metrics.PROCESSOR_UNUSED.labels(self._processor, name).inc()

    def capped(self) -> None:
        """Count what is in a coarser cell."""
        self._capped.inc()

    def told(self, product: str, kind: str) -> None:
        """Count outcomes announced."""
        metrics.PROCESSOR_OUTCOMES.labels(self._processor, product, kind).inc()
