"""Ends a process whose stopping hangs.

Faust's stop waits for its services without a limit, and after a crash soon behind a recovery one of
them may never end. Nothing is lost by ending without it: whatever is not committed is read again.
"""

import os
import threading
from collections.abc import Callable
from typing import Final

import faust
import structlog
from typing_extensions import override

_log: Final = structlog.get_logger(__name__)
#: Seconds that stopping may take; a last flush takes about one.
_STOP_S: Final = 20.0


class PatientWorker(faust.Worker):
    """Faust's worker, which ends at the latest some seconds after it began to."""

    @override
    def stop_and_shutdown(self) -> None:
        end_after(_STOP_S)
        super().stop_and_shutdown()


def end_after(seconds: float, end: Callable[[int], object] = os._exit) -> None:
    """Call ``end`` with exit code 1 unless the process has ended by then."""

    def give_up() -> None:
        _log.error("stopping hangs; ended without it, nothing is lost", seconds=seconds)
        end(1)

    timer = threading.Timer(seconds, give_up)
    timer.daemon = True  # must not keep alive what it is to end
    timer.start()
