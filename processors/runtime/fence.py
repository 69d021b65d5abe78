"""The offset fence: decides whether a delivered record is a replay, the next one, or too far.

Raw topics are neither compacted nor transactional, so their offsets have no holes of their own:
a jump is either what retention deleted or a record that was skipped.
"""

from enum import Enum, auto

from pipeline.errors import PermanentError

NOTHING = -1


class HoleError(PermanentError):
    """Records between the last folded one and this one were never delivered."""


class Verdict(Enum):
    """What to do with a delivered offset."""

    REPLAY = auto()
    NEXT = auto()
    JUMP = auto()


class Fence:
    """Remembers the last folded offset of one partition; NOTHING (-1) before the first."""

    def __init__(self, last: int = NOTHING) -> None:
        self.last = last

    def judge(self, offset: int) -> Verdict:
        """Say what ``offset`` is; nothing is remembered yet."""
        if offset <= self.last:
            return Verdict.REPLAY
        return Verdict.NEXT if offset == self.last + 1 else Verdict.JUMP

    def pass_over(self, offset: int, beginning: int) -> int:
        """Accept a jump to ``offset`` if the partition now begins at or after it.

        Returns how many records retention deleted before they were folded; HoleError when the
        missing records still exist, for folding past them would lose them.
        """
        if beginning < offset:
            missing = max(self.last + 1, beginning)
            raise HoleError(f"offsets {missing} to {offset - 1} were not delivered")
        lost = offset - self.last - 1
        self.last = offset - 1
        return lost
