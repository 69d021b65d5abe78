"""ClickHouse for one benchmark, with the product's tables, and what its sink is told."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.request import urlopen

import msgspec
from pydantic import SecretStr

from benchmarks.stage import Stage, child, until
from local.clickhouse.process import ClickHouseProcess
from local.ports import free_port
from pipeline.settings import ClickHouseSettings, load
from sinks.migrations import migrate


class Store(msgspec.Struct, frozen=True):
    """A running ClickHouse."""

    server: ClickHouseProcess
    settings: ClickHouseSettings

    def sink_environment(self, here: Stage, metrics_port: int) -> dict[str, str]:
        """What a sink between this broker and this store needs."""
        return {
            **self.server.environment,
            "TWILIO_PIPELINE_CLICKHOUSE_URL": self.server.url,
            "TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS": here.kafka.bootstrap_servers,
            "TWILIO_PIPELINE_PRIVACY_HASH_KEY": secrets.token_hex(16),
            "TWILIO_PIPELINE_SINK_METRICS_PORT": str(metrics_port),
        }


@asynccontextmanager
async def store(here: Stage) -> AsyncIterator[Store]:
    """Run it while the block lasts."""
    server = ClickHouseProcess(
        here.folder / "clickhouse", free_port(), "writer", secrets.token_hex(8)
    )
    with child(server.argv, server.environment, here.folder / "clickhouse.log"):
        await until(lambda: asyncio.run(server.ready()), "ClickHouse")
        settings = load(
            ClickHouseSettings,
            url=server.url,
            user=server.user,
            password=SecretStr(server.password),
        )
        await asyncio.to_thread(migrate, settings)
        yield Store(server, settings)


def cpu_seconds(metrics_port: int) -> float:
    """What the process with these metrics has used so far."""
    with urlopen(f"http://127.0.0.1:{metrics_port}/metrics") as answer:
        text = answer.read().decode()
    return float(re.findall(r"^process_cpu_seconds_total (\S+)$", text, re.MULTILINE)[0])
