"""What the folds tell of their work; the processor turns it into metrics."""

from typing import Protocol


class Observer(Protocol):
    """Hears numbers and names, never contents."""

    def folded(self, events: int) -> None:
        """So many events were folded in."""

    def ignored(self, reason: str, events: int = 1) -> None:
        """Events were left alone: late, future, not_an_event, not_an_array, oversized."""

    def noted(self, what: str) -> None:
        """An event was folded in, but it is odd: duplicate, contradiction, future."""

    def unused(self, event_type: str) -> None:
        """An event of a type that no fold counts went by."""

    def capped(self) -> None:
        """A delivery or verification counts in a coarser cell, for its account has too many."""

    def told(self, product: str, kind: str) -> None:
        """An outcome was announced."""
