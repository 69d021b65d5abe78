"""Fills the store: one simulated sample, and shifted copies of it.

The sample goes through the simulator, the folds and the sink's own row makers and inserts. The
copies are made by ClickHouse, because ten million events made that way would take an hour.
"""

import asyncio
import random
from importlib.resources import files
from typing import Final

import msgspec
from clickhouse_connect.driver.client import Client
from pydantic import SecretStr

from local.replay import replay
from local.simulator.scenario import SCENARIOS
from local.simulator.traffic import Plan
from pipeline.settings import ClickHouseSettings, PrivacySettings, load
from sinks.statements import statements

#: Length of the sample; so many copies reach ``COPIES`` times further back.
SAMPLE_MS: Final = 8_640_000
_COPIED: Final = (
    *("events", "messages", "verifications", "calls", "errors", "outcomes", "windows", "funnel"),
)
_DIGITS: Final = "0123456789abcdef"
#: Accounts come in threes: so many sets of them.
_OWNERS: Final = 7
_LIMITS: Final = {"max_memory_usage": 3 << 30, "max_threads": 2, "max_insert_threads": 1}


class Size(msgspec.Struct, frozen=True):
    """How much: ``messages`` of the sample (each about 2.8 events), and ``copies`` beside it."""

    messages: int
    copies: int


def fill(client: Client, settings: ClickHouseSettings, size: Size, end_ms: int) -> None:
    """Fill a migrated database with traffic that ends at ``end_ms``."""
    start = end_ms - SAMPLE_MS
    rate = size.messages / (SAMPLE_MS / 1000)
    plan = Plan(
        seed=7, messages=size.messages, rate=rate, scenario=SCENARIOS["outage"], start=start
    )
    privacy = load(PrivacySettings, hash_key=SecretStr("k" * 32))
    asyncio.run(replay(plan, client, settings, privacy))
    if size.copies:
        _multiply(client, size.copies)


def _multiply(client: Client, copies: int) -> None:
    for name in _COPIED:
        client.command(
            f"CREATE TABLE sample_{name} ENGINE = MergeTree ORDER BY tuple() "  # noqa: S608  ours
            f"AS SELECT * FROM {name}_store FINAL"
        )
    client.command("DROP VIEW events_feed")
    text = files("benchmarks.analysts").joinpath("multiply.sql").read_text("utf-8")
    source = random.Random(1)  # noqa: S311  repeatable, not secret
    owners = [_DIGITS] + ["".join(source.sample(_DIGITS, 16)) for _ in range(_OWNERS - 1)]
    for copy in range(1, copies + 1):
        values = {
            "copy": copy,
            "shift_ms": copy * SAMPLE_MS,
            "digits": "".join(source.sample(_DIGITS, 16)),
            "owner": owners[copy % _OWNERS],
        }
        for statement in statements(text):
            client.command(statement, parameters=values, settings=_LIMITS)
    for name in _COPIED:
        client.command(f"DROP TABLE sample_{name}")
