"""Upserts of window cells as the lifecycle tells them, of a few slices over some hours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from pipeline.items.window_cell import WindowCell

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNTRIES = ("BR", "DE", "FR")
_LATE = 0.25


@dataclass
class Feed:
    """20 messages a minute and country; a quarter of the outcomes comes a minute late.

    ``failing`` gives the chance of a failure by country, ``code`` what they fail with.
    """

    seed: int
    failing: dict[str, float] = field(default_factory=lambda: dict.fromkeys(COUNTRIES, 0.05))
    code: int = 30003
    a_minute: float = 20.0

    def __post_init__(self) -> None:
        self._rng = np.random.default_rng(self.seed)
        self._version = 0
        self._rest: list[WindowCell] = []

    def minute(self, minute: int) -> list[WindowCell]:
        """The upserts of one minute: its own cells, and the minute before's as they are now."""
        told, self._rest = self._rest, []
        for country in COUNTRIES:
            told += self._cells(minute, country)
        return told

    def _cells(self, minute: int, country: str) -> Iterator[WindowCell]:
        sent = int(self._rng.poisson(self.a_minute))
        failed = int(self._rng.binomial(sent, self.failing[country]))
        late = int(self._rng.binomial(sent, _LATE))
        soon = min(failed, sent - late)
        yield self._cell(minute, country, sent - late - soon, 0, late)
        yield self._cell(minute, country, 0, soon, 0, "transient")
        self._rest.append(self._cell(minute, country, sent - failed, 0, 0))
        self._rest.append(self._cell(minute, country, 0, failed, 0, "transient"))

    def _cell(  # noqa: PLR0913, PLR0917  counts, and where they belong
        self,
        minute: int,
        country: str,
        delivered: int,
        failed: int,
        unknown: int,
        error_class: str = "",
    ) -> WindowCell:
        self._version += 1
        return WindowCell(
            window_start=minute * 60,
            window_seconds=60,
            account_sid="AC1",
            product="messaging",
            channel="sms",
            service_sid="MG1",
            country=country,
            carrier="",
            sender_type="long_code",
            error_class=error_class,
            source_topic="twilio.messaging",
            source_partition=0,
            version=self._version,
            sent=delivered + failed + unknown,
            delivered=delivered,
            undelivered=0,
            failed=failed,
            canceled=0,
            unknown=unknown,
            read=0,
            latency_buckets=[],
            latency_counts=[],
            codes={self.code: failed} if failed else {},
        )


def value_of(cells: list[WindowCell]) -> bytes:
    """A record's value."""
    return msgspec.json.encode(cells)
