"""What is watched of the folds."""

from typing import Protocol

from pipeline.items.fallback_step import FallbackStep


class Watch(Protocol):
    """Hears what happens."""

    def told(self, step: FallbackStep) -> None:
        """Hear a transition."""

    def ignored(self) -> None:
        """Hear of an element that could not be read."""

    def stopped(self, is_stopped: bool) -> None:
        """Hear whether everything is held back."""

    def plans(self, pending: int, timers: int) -> None:
        """Hear how many plans have not ended, and how many timers run."""


class Unwatched:
    """Forgets what it hears."""

    def told(self, step: FallbackStep) -> None:
        """Forget a transition."""

    def ignored(self) -> None:
        """Forget an element."""

    def stopped(self, is_stopped: bool) -> None:
        """Forget an order."""

    def plans(self, pending: int, timers: int) -> None:
        """Forget counts."""
