"""What the folds tell of their work; the processor turns it into metrics."""

from typing import Protocol

from pipeline.items.alert import Alert, Notice


class Watch(Protocol):
    """Hears numbers, and what is told."""

    def told(self, item: Alert | Notice) -> None:
        """An alert or a notice was announced."""

    def ignored(self, reason: str, cells: int) -> None:
        """Upserts were left alone: old, ahead, repeated, unreadable, not_an_array."""

    def judged(self, source: str, until_s: int, slices: int, evicted: int) -> None:
        """All minutes before ``until_s`` are judged; so many slices live, so many went."""
