"""Tells a record that can't be folded from a fold that can't fold.

A poison record among good ones goes to the dead letters. When one record after the other fails,
the fold is broken, and moving the topic into the dead letters would only make it worse.
"""

from collections.abc import Callable
from typing import Final

from pipeline.errors import PermanentError

#: Failures in a row that stop the worker.
LIMIT: Final = 20
#: A failure that nothing followed for so long counts as a poison record.
PATIENCE_S: Final = 5.0


class BrokenFoldError(PermanentError):
    """The fold fails on every record."""


class Streak:
    """Failures since the last success, over all partitions of a worker.

    While it is ``undecided`` what failed is neither written nor committed: after the stop, and
    a mended release, those records are read again. A success decides. So does time, for a poison
    record at the end of a quiet topic should not wait for the next one; but only in a worker that
    has folded something before, or a broken release would eat a slow topic record by record.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._failures = 0
        self._since = 0.0
        self._has_succeeded = False

    def succeeded(self) -> None:
        """Note a folded record."""
        self._failures = 0
        self._has_succeeded = True

    def failed(self, what: str) -> None:
        """Note a failure; BrokenFoldError when there were too many, ``what`` being the last."""
        self._failures += 1
        if self._failures == 1:
            self._since = self._now()
        if self._failures >= LIMIT:
            raise BrokenFoldError(
                f"{LIMIT} records in a row could not be folded, the last was {what}; none of "
                "them is committed: start a release that can fold them"
            )

    @property
    def undecided(self) -> bool:
        """Whether the failures so far may still turn out to be the fold's fault."""
        if not self._failures:
            return False
        waited = self._now() - self._since >= PATIENCE_S
        return self._failures >= LIMIT or not self._has_succeeded or not waited
