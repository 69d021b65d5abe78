"""When a partition is quiet, and up to which time: how the wall clock reaches a fold.

Deadlines pass while nothing arrives, so a fold must hear the time. It must not hear more than is
true: with a backlog, or in a worker that was paused, the present is no news of the partition.
"""


class Quiet:
    """Watches the polls of one partition.

    A poll's answer says how far the partition reaches, as of some moment after its question was
    asked, and that was after the answer before it had come. So once all is folded, nothing was
    left to read at the time of the poll before the last one, however long the process slept
    since. Our clock may be behind the answer; it never is ahead of it.
    """

    def __init__(self) -> None:
        self._last: int | None = None
        self._before_last: int | None = None

    def until(self, polled_ms: int | None, highwater: int | None, next_offset: int) -> int | None:
        """Give the time (epoch ms) at which nothing was left to read; None when there may be.

        ``polled_ms`` is when the last answer came, ``highwater`` what it or a later one said,
        ``next_offset`` what would be folded next.
        """
        if polled_ms != self._last:
            self._before_last, self._last = self._last, polled_ms
        if highwater is None or next_offset < highwater:
            return None
        return self._before_last
