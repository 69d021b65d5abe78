"""Which dead letters are meant, and what became of each so far."""

from datetime import datetime
from typing import Final

import msgspec
from clickhouse_connect.driver.client import Client

from sinks.dead_letters.sql import load_sql

#: ``unsure``: a replay was begun and its end is not known; sending it again is harmless.
STATES: Final = ("new", "replayed", "failed again", "unsure", "discarded")
_EVER: Final = 4_102_444_800_000  # the year 2100, in epoch ms


class Choice(msgspec.Struct, frozen=True):
    """A filter; empty is any. ``since`` and ``until`` are about the time of receipt."""

    origins: list[str] = []
    reasons: list[str] = []
    topics: list[str] = []
    sources: list[str] = []
    states: list[str] = []
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 1_000_000


class Filed(msgspec.Struct, frozen=True):
    """A letter as it is filed: what it is about, its own place in Kafka, and its state.

    ``received_ms`` is epoch ms; ``replay_of`` names the letter whose replay this one is about.
    """

    origin: str
    reason: str
    detail: str
    source: str
    origin_topic: str
    origin_partition: int
    received_ms: int
    bytes: int
    topic: str
    partition: int
    offset: int
    index: int
    state: str
    replay_of: str


def choose(client: Client, choice: Choice) -> list[Filed]:
    """The letters that fit, oldest first."""
    parameters = {
        "origins": choice.origins,
        "reasons": choice.reasons,
        "topics": choice.topics,
        "sources": choice.sources,
        "states": choice.states,
        "since": _milliseconds(choice.since, 0),
        "until": _milliseconds(choice.until, _EVER),
        "limit": choice.limit,
    }
    rows = client.query(load_sql("choose"), parameters=parameters).result_rows
    return [Filed(*row) for row in rows]


def _milliseconds(moment: datetime | None, default: int) -> int:
    return default if moment is None else int(moment.timestamp() * 1000)
