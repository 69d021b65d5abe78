"""The parts as processes, each known to Kafka in another way, and ClickHouse behind TLS."""

from __future__ import annotations

import asyncio
import sys
import uuid
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import aiohttp

from local.clickhouse.process import answers
from local.ports import free_ports
from local.simulator.webhook import Webhook
from pipeline.settings import ClickHouseSettings, load
from pipeline.settings.kafka_connection import UNSECURED_ENVIRONMENT
from sinks.clickhouse import connect
from tests.conftest import running
from tests.security.broker import PASSWORD, USER, SecuredBroker
from tests.security.tokens import CLIENT, SECRET, Endpoint, token
from tests.sinks.stand import HASH_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from local.clickhouse.process import ClickHouseProcess

KAFKA = "TWILIO_PIPELINE_KAFKA_"
CLICKHOUSE = "TWILIO_PIPELINE_CLICKHOUSE_"
INGEST = "TWILIO_PIPELINE_INGEST_"
PUBLIC_URL = "https://events.example.com/twilio/events"
TOKEN = "a-token-of-twilio"  # noqa: S105  guards nothing


class Installation:
    """Environment, processes and logs of one installation in a folder."""

    def __init__(
        self,
        folder: Path,
        broker: SecuredBroker,
        endpoint: Endpoint,
        clickhouse: ClickHouseProcess,
        tls_port: int,
    ) -> None:
        self._folder = folder
        self.clickhouse_password = clickhouse.password
        self._broker = broker
        self._endpoint = endpoint
        self.ingest_port, self.lifecycle_port, self.sink_port = free_ports(3)
        self._token = folder / "token"
        self._token.write_text(token(3600))
        self._passwords = folder / "passwords"
        self._passwords.mkdir()
        (self._passwords / "kafka").write_text(f"{PASSWORD}\n")
        (self._passwords / "clickhouse").write_text(clickhouse.password)
        self.shared = {
            f"{KAFKA}BOOTSTRAP_SERVERS": f"127.0.0.1:1, {broker.by_login}",
            f"{KAFKA}SECURITY_PROTOCOL": "SASL_SSL",
            f"{KAFKA}SSL_CA_FILE": str(broker.certificates.authority),
            f"{KAFKA}PARTITIONS": "2",
            f"{CLICKHOUSE}URL": f"https://127.0.0.1:{tls_port}",
            f"{CLICKHOUSE}CA_FILE": str(broker.certificates.authority),
            f"{CLICKHOUSE}USER": clickhouse.user,
            f"{CLICKHOUSE}PASSWORD_FILE": str(self._passwords / "clickhouse"),
            f"{CLICKHOUSE}DATABASE": f"t{uuid.uuid4().hex}",
            f"{INGEST}PUBLIC_URL": PUBLIC_URL,
            f"{INGEST}AUTH_TOKENS": TOKEN,
            f"{INGEST}PORT": str(self.ingest_port),
            "TWILIO_PIPELINE_LIFECYCLE_METRICS_PORT": str(self.lifecycle_port),
            "TWILIO_PIPELINE_SINK_METRICS_PORT": str(self.sink_port),
            "TWILIO_PIPELINE_PRIVACY_HASH_KEY": HASH_KEY,
            "TWILIO_PIPELINE_SPOOL_DIRECTORY": str(folder / "spool"),
        }

    @property
    def ingest_url(self) -> str:
        return f"http://127.0.0.1:{self.ingest_port}/twilio/events"

    def login(self, mechanism: str) -> dict[str, str]:
        return {
            f"{KAFKA}SASL_MECHANISM": mechanism,
            f"{KAFKA}USERNAME": USER,
            f"{KAFKA}PASSWORD_FILE": str(self._passwords / "kafka"),
        }

    def token_file(self) -> dict[str, str]:
        return {
            f"{KAFKA}SASL_MECHANISM": "OAUTHBEARER",
            f"{KAFKA}OAUTH_TOKEN_FILE": str(self._token),
        }

    def grant(self) -> dict[str, str]:
        return {
            f"{KAFKA}SASL_MECHANISM": "OAUTHBEARER",
            f"{KAFKA}OAUTH_TOKEN_URL": self._endpoint.url,
            f"{KAFKA}OAUTH_CLIENT_ID": CLIENT,
            f"{KAFKA}OAUTH_CLIENT_SECRET": SECRET,
        }

    @contextmanager
    def at_work(self) -> Iterator[None]:
        parts: dict[str, tuple[Mapping[str, str], int]] = {
            "ingest": (self.grant(), self.ingest_port),
            "lifecycle": (self.token_file(), self.lifecycle_port),
            "sink": (self.login("SCRAM-SHA-512"), self.sink_port),
        }
        with ExitStack() as stack:
            for name, (how, port) in parts.items():
                argv = (sys.executable, "-m", "pipeline.cli.main", name)
                log = self._folder / f"{name}.log"
                ready = self._ready(port)
                stack.enter_context(
                    running(argv, {**UNSECURED_ENVIRONMENT, **self.shared, **how}, log, ready)
                )
            yield

    def _ready(self, port: int) -> Callable[[], bool]:
        return lambda: asyncio.run(answers(f"http://127.0.0.1:{port}/readyz"))

    def logs(self) -> str:
        return "".join(file.read_text() for file in sorted(self._folder.glob("*.log")))

    def count(self, view: str) -> int:
        found = load(ClickHouseSettings)
        with connect(found) as client:
            return int(str(client.command(f"SELECT count() FROM {found.database}.{view}")))  # noqa: S608  our own


def post(url: str, *events: bytes) -> int:
    signed = Webhook(url, PUBLIC_URL, TOKEN).sign(b"[%b]" % b",".join(events))

    async def send() -> int:
        async with (
            aiohttp.ClientSession() as client,
            client.post(signed.url, data=b"[%b]" % b",".join(events), headers=signed.headers) as at,
        ):
            return at.status

    return asyncio.run(send())
