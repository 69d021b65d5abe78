"""What the folds tell, as metrics."""

from collections.abc import Callable

from pipeline import metrics
from pipeline.items.fallback_step import FallbackStep


class Metrics:
    """Counts what happens in the product's metrics; ``is_dry`` is asked when they are read."""

    def __init__(self, is_dry: Callable[[], bool]) -> None:
        metrics.FALLBACK_DRY_RUN.set_function(lambda: float(is_dry()))

    def told(self, step: FallbackStep) -> None:
        """Count a transition; a first dispatch shows how long the user has waited for it."""
        metrics.FALLBACK_TOLD.labels(step.state, step.action, step.reason).inc()
        if step.state == "dispatched" and step.step == 0 and step.heard_at:
            metrics.FALLBACK_DELAY_SECONDS.observe(max(step.at - step.heard_at, 0) / 1000)

    def ignored(self) -> None:
        """Count an element that could not be read."""
        metrics.FALLBACK_IGNORED.inc()

    def stopped(self, is_stopped: bool) -> None:
        """Show whether everything is held back."""
        metrics.FALLBACK_STOPPED.set(is_stopped)

    def plans(self, pending: int, timers: int) -> None:
        """Show how many plans have not ended, and how many timers run."""
        metrics.FALLBACK_PENDING.set(pending)
        metrics.FALLBACK_TIMERS.set(timers)
