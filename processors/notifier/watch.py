"""Counts what the notifier does in the product's metrics."""

from collections.abc import Callable

from pipeline import metrics
from pipeline.items.alert_delivery import DeliveryState


class Metrics:
    """The observer of a running notifier; ages are as of ``now`` (epoch s) when they are read."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._oldest_at = 0
        metrics.NOTIFIER_OLDEST_SECONDS.set_function(self._oldest)

    def told(self, channel: str, state: DeliveryState, attempts: int) -> None:
        """Count one state of one message; waiting again after an attempt is a retry."""
        if state != "pending":
            metrics.NOTIFIER_DELIVERIES.labels(channel, state).inc()
        elif attempts:
            metrics.NOTIFIER_RETRIES.labels(channel).inc()

    def waiting(self, by_channel: dict[str, int], oldest_at: int) -> None:
        """Keep how many wait and since when."""
        metrics.NOTIFIER_PENDING.clear()
        for channel, count in by_channel.items():
            metrics.NOTIFIER_PENDING.labels(channel).set(count)
        self._oldest_at = oldest_at

    def _oldest(self) -> float:
        return max(self._now() - self._oldest_at / 1000, 0.0) if self._oldest_at else 0.0
