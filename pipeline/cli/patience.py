"""Waiting for a server that is still starting."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Final

from pipeline.errors import UnavailableError

_BETWEEN_TRIES_S: Final = 1.0


def patiently(
    do: Callable[[], None],
    seconds: float,
    clock: Callable[[], float] = monotonic,
    pause: Callable[[float], None] = sleep,
) -> None:
    """Do it, and again while a server does not answer; UnavailableError when the time is over."""
    until = clock() + seconds
    while True:
        try:
            return do()
        except UnavailableError:
            if clock() >= until:
                raise
        pause(_BETWEEN_TRIES_S)
