"""What a million plans cost.

``plans`` is by processor time, with state rows of 5,000 plans as the runtime writes them.
``resident_mb`` is what a million plans with their timers take, the runtime's notes included.
"""

import gc
import os
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

import msgspec

from pipeline.items.outcome import Outcome
from pipeline.records import join
from processors.fallback.fold import FallbackFold
from processors.fallback.planner import Planner
from processors.fallback.policy_file import read_policies
from processors.fallback.switchboard import Switchboard
from processors.runtime.fold import SourceRecord
from processors.runtime.partition import PartitionState

PLANS: Final = 1_000_000
ROW: Final = 5_000
_START_MS: Final = 1_800_000_000_000


def plans() -> dict[str, float]:
    """Make a million plans in memory."""
    gc.set_threshold(100_000, 50, 100)  # as the processor does
    policies = read_policies(None)
    fold = FallbackFold(Planner(lambda: policies, Switchboard()))
    state = PartitionState("twilio.outcomes", 0, fold, 1)
    gc.collect()
    before, used = _resident(), 0.0
    for offset, value in enumerate(_records()):
        started = time.process_time()
        state.apply(SourceRecord(offset, _START_MS, value))
        state.flush()
        used += time.process_time() - started
    gc.collect()
    return {"plans": PLANS / used, "resident_mb": (_resident() - before) / 1e6}


def _records() -> Iterator[bytes]:
    source = Random(1)  # noqa: S311  repeatable, not secret
    for first in range(0, PLANS, ROW):
        yield join(msgspec.json.encode(_outcome(source, first + n)) for n in range(ROW))


def _outcome(source: Random, number: int) -> Outcome:
    subject, verification = (f"{kind}{source.getrandbits(128):032x}" for kind in ("VL", "VE"))
    at = _START_MS + number // 100
    return Outcome(
        id=f"verify:{subject}:failed",
        kind="failed",
        product="verify",
        subject_sid=subject,
        account_sid=f"AC{number % 20:032x}",
        service_sid=f"VA{number % 20:032x}",
        verification_sid=verification,
        verification_status="pending",
        verification_started_at=at,
        channel="sms",
        country="DE",
        error_code=30003,
        error_class="transient",
        to=f"+4915{number:08}",
        sent_at=at,
        decided_at=at + 2_000,
        received_at=at + 2_000,
        has_fallback=False,
        tags={},
        source_topic="twilio.verify",
        source_partition=0,
        source_offset=number,
    )


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
