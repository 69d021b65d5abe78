"""What was compared, found and made up for."""

import msgspec


class Tally(msgspec.Struct):
    """``gaps`` by kind, ``events`` are the backfilled ones."""

    messages: int = 0
    events: int = 0
    gaps: dict[str, int] = {}

    @property
    def is_whole(self) -> bool:
        """Whether nothing was missing."""
        return not self.gaps
