"""Window cells: each message counts in exactly one, chosen by its present state."""

from typing import Final

import msgspec

from pipeline.sketch import bucket_of
from processors.lifecycle.message import Message

WINDOW_MS: Final = 60_000
PRODUCT: Final = "messaging"
#: Outcome ranks, see ``Message.outcome_rank``.
OUTCOMES: Final = ("unknown", "delivered", "undelivered", "failed", "canceled")


class CellKey(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the messages of a cell share; ``start`` is the window's start in epoch ms."""

    start: int
    account_sid: str
    channel: str
    service_sid: str
    country: str
    error_class: str


class Contribution(msgspec.Struct, frozen=True, gc=False):
    """Where one message counts: its cell, its outcome's rank, its latency bucket (or None)."""

    key: CellKey
    outcome: int
    bucket: int | None


class Cell(msgspec.Struct, array_like=True):
    """Counts by outcome rank and by latency bucket; ``row`` belongs to the runtime."""

    key: CellKey
    counts: list[int]
    latencies: dict[int, int]
    row: int = 0

    def add(self, contribution: Contribution, sign: int) -> None:
        """Count a message in (+1) or out (-1)."""
        self.counts[contribution.outcome] += sign
        bucket = contribution.bucket
        if bucket is not None:
            left = self.latencies.get(bucket, 0) + sign
            if left:
                self.latencies[bucket] = left
            else:
                del self.latencies[bucket]


def empty_cell(key: CellKey) -> Cell:
    """Make a cell without messages."""
    return Cell(key, [0] * len(OUTCOMES), {})


def contribution_of(message: Message) -> Contribution | None:
    """Where a message counts now; None while it is only queued."""
    time = message.window_time
    if not time:
        return None
    latency = message.latency_ms
    key = CellKey(
        time - time % WINDOW_MS,
        message.account_sid,
        message.channel,
        message.service_sid,
        message.country,
        message.error_class,
    )
    return Contribution(key, message.outcome_rank, None if latency is None else bucket_of(latency))
