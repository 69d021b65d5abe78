"""How a processor acts on the world: deeds a fold asks for, performed by a performer.

A fold does no I/O. It notes in its entries that a deed was begun, the note becomes safe with the
next flush (row, commit, announcements), and only then is the deed performed. So whoever owns the
partition next knows of every call that may have gone out, and decides what to do about those
whose end it does not know: find out, or do it again.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, Literal, Protocol, runtime_checkable

import msgspec

from processors.runtime.fold import Fold

#: ``failed``: the performer raised. ``withdrawn``: nothing was done, the fold no longer wants it.
End = Literal["done", "failed", "timeout", "withdrawn"]
ENDS: Final[tuple[End, ...]] = ("done", "failed", "timeout", "withdrawn")


class Deed(msgspec.Struct, frozen=True):
    """One thing to do; ``what`` is between the fold and its performer, ``id`` may be logged."""

    id: str
    what: Any
    timeout_s: float


class Result(msgspec.Struct, frozen=True):
    """How a deed ended; ``value`` is what the performer gave, ``error`` names what it raised."""

    deed: Deed
    end: End
    value: Any = None
    error: str = ""


#: Does a deed and says what came of it. What it raises becomes a result; when time is up, or the
#: partition is given away, it is cancelled.
Performer = Callable[[Deed], Awaitable[Any]]


@runtime_checkable
class Acting(Fold, Protocol):
    """A fold that also acts.

    ``learn`` and ``tick`` are told what no replay repeats: answers, and the worker's clock. So they
    may change what is kept in entries, and bring out announcements and deeds, for those are stored
    with the row; never items, and never which records count.
    """

    def deeds(self) -> Iterable[Deed]:
        """What is to be done now, each deed once.

        Asked before each ``announcements`` and ``encode``; handed on when the row they make is
        part of the history. That a deed was begun must be in the entries by then.
        """

    def unfinished(self) -> Iterable[Deed]:
        """What the restored state says was begun and not ended; asked once after a restore.

        Each may have been done, or not, or be under way for a moment still. To do such a thing
        again, or first to find out, is the fold's decision. Only what needs no new note in the
        entries may be given here; the rest belongs in ``deeds``.
        """

    def stands(self, deed: Deed) -> bool:
        """Say whether a deed is still wanted, right before it is performed: it may have queued."""

    def learn(self, result: Result, now_ms: int) -> None:
        """Hear how a deed ended; what changes is flushed at once.

        Not heard when the worker dies or gives the partition away: the next owner will find the
        deed begun.
        """

    def due(self) -> int | None:
        """When to call ``tick`` (epoch ms), None for never; asked many times a second."""

    def tick(self, now_ms: int) -> None:
        """Hear the worker's clock (epoch ms) within 0.1 s after ``due``, whatever is left to read.

        Unlike in ``advance`` there may be a backlog: a time here says how long something took or
        that a wait is over, not that no news has come.
        """
