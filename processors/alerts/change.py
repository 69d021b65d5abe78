"""A change of counts, counted once."""

import msgspec

from processors.alerts.slices import Leaf


class Change(msgspec.Struct, frozen=True, gc=False):
    """How the counts of messages sent in one minute changed; ``known`` includes ``failed``."""

    leaf: Leaf
    cohort: int
    sent: int
    waiting: int
    known: int
    failed: int
