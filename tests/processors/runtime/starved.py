"""The counting program, which never polls partition 1: ``python starved.py`` as counting.py."""

import sys

from faust.types import TP

import processors.runtime.watch as watched
from processors.runtime.consumer import SeekGuardedConsumer
from tests.processors.runtime.counting import main

active = SeekGuardedConsumer._get_active_partitions  # noqa: SLF001  put in its place


def without_one(consumer: SeekGuardedConsumer) -> set[TP]:
    return {tp for tp in active(consumer) if tp.partition != 1 or consumer._is_changelog_tp(tp)}  # noqa: SLF001  as above


if __name__ == "__main__":
    setattr(watched, "LOOK_S", 0.5)  # noqa: B010  a constant, for a test has less patience
    setattr(SeekGuardedConsumer, "_get_active_partitions", without_one)  # noqa: B010  in its place
    main(*sys.argv[1:])
