"""The counting program with a recovery that reads nothing: ``python stalled.py`` as counting.py."""

import sys
from collections.abc import Iterable

from faust.types import TP

import processors.runtime.stall as watched
from processors.runtime.consumer import SeekGuardedConsumer
from tests.processors.runtime.counting import main


def stay_paused(_consumer: object, _partitions: Iterable[TP]) -> None:
    """Leave the partitions as they are."""


if __name__ == "__main__":
    setattr(watched, "PATIENCE", 2)  # noqa: B010  a constant, for a test has less patience
    setattr(SeekGuardedConsumer, "resume_partitions", stay_paused)  # noqa: B010  in its place
    main(*sys.argv[1:])
