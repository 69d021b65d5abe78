"""What the folds tell, as metrics."""

from pipeline import metrics
from pipeline.items.fallback_step import FallbackStep


def count(step: FallbackStep) -> None:
    """Count a transition; a first dispatch shows how long the user has waited for it."""
    metrics.FALLBACK_TOLD.labels(step.state, step.action, step.reason).inc()
    if step.state == "dispatched" and step.step == 0 and step.heard_at:
        metrics.FALLBACK_DELAY_SECONDS.observe(max(step.at - step.heard_at, 0) / 1000)


def show(*, dry_run: bool, stopped: bool) -> None:
    """Show whether plans are carried out."""
    metrics.FALLBACK_DRY_RUN.set(dry_run)
    metrics.FALLBACK_STOPPED.set(stopped)
