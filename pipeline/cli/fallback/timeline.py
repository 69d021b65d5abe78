"""A plan's transitions as lines."""

from datetime import UTC, datetime

from pipeline.cli.fallback.reasons import in_words
from pipeline.items.fallback_step import FallbackStep


def line(told: FallbackStep, start: int) -> str:
    """One transition, with the seconds since ``start`` (epoch ms)."""
    what = f"step {told.step}: {told.action} by {told.channel}" if told.step >= 0 else "the plan"
    wait = (told.due_at - told.at) / 1000
    notes = [f"due in {wait:g} s"] if wait > 0 else []
    notes += [in_words(told.reason)] if told.reason else []
    notes += [told.reference] if told.reference else []
    more = f" ({'; '.join(notes)})" if notes else ""
    return f"{(told.at - start) / 1000:+9.1f} s  {told.state:10}  {what}{more}"


def day(at_ms: int) -> str:
    """A time in UTC, to the second."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M:%S}"
