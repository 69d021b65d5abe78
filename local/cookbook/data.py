"""The half hour of traffic that the cookbook's answers are about; the same on every machine."""

from importlib.resources import files
from typing import Final

from clickhouse_connect.driver.client import Client
from pydantic import SecretStr

from local.replay import replay
from local.simulator.scenario import SCENARIOS
from local.simulator.traffic import Plan
from pipeline.settings import ClickHouseSettings, PrivacySettings, load
from sinks.statements import statements

#: 1 June 2026, 10:00 UTC, one message a second; between 10:11 and 10:22 Brazil's carriers fail.
PLAN: Final = Plan(
    seed=6, messages=2_000, rate=1.0, scenario=SCENARIOS["outage"], start=1_780_308_000_000
)
_HASH_KEY: Final = SecretStr("an example, not a secret")


async def load_examples(client: Client, settings: ClickHouseSettings) -> None:
    """Store the examples in a migrated database."""
    await replay(PLAN, client, settings, load(PrivacySettings, hash_key=_HASH_KEY))
    bills = files("local.cookbook").joinpath("usage.sql").read_text("utf-8")
    for statement in statements(bills.replace("{database}", settings.database)):
        client.command(statement)
