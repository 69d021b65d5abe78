"""The processes of a local stack: what each runs and what it is told."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Self

from local.clickhouse.process import ClickHouseProcess, answers
from local.clickhouse.users import ANALYST
from local.kafka.readiness import kafka_ready
from local.kafka.server import KafkaServer
from local.ports import free_ports
from local.supervisor.part import Part
from pipeline.settings.kafka_connection import UNSECURED_ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from local.stack_secrets import StackSecrets

PUBLIC_URL = "https://localhost/twilio/events"
_HOST = "127.0.0.1"
_WRITER = "writer"


@dataclass(frozen=True, slots=True)
class StackParts:
    """One stack's processes with their ports, which stay for as long as it runs.

    ``more`` is what a part finds in its environment besides, by the part's name.
    """

    folder: Path
    secrets: StackSecrets
    kafka_server: KafkaServer
    clickhouse_server: ClickHouseProcess
    more: Mapping[str, Mapping[str, str]]
    ingest_port: int
    lifecycle_port: int
    sink_port: int
    alerts_port: int
    notifier_port: int
    fallback_port: int
    console_port: int
    console_metrics_port: int

    @classmethod
    def plan(
        cls, folder: Path, secrets: StackSecrets, more: Mapping[str, Mapping[str, str]]
    ) -> Self:
        """Choose the ports."""
        kafka, controller, clickhouse, *others = free_ports(11)
        password = secrets.writer_password
        return cls(
            folder,
            secrets,
            KafkaServer(folder / "kafka", kafka, controller),
            ClickHouseProcess(folder / "clickhouse", clickhouse, _WRITER, password),
            more,
            *others,
        )

    @property
    def ingest_url(self) -> str:
        """Where Twilio's events are posted to."""
        return f"http://{_HOST}:{self.ingest_port}/twilio/events"

    @property
    def console_url(self) -> str:
        """Where the live page is."""
        return f"http://{_HOST}:{self.console_port}/"

    @property
    def console_users(self) -> Path:
        """The file of those who may log in to it."""
        return self.folder / "console-users.json"

    def kafka(self, argv: tuple[str, ...]) -> Part:
        """Build the broker's part from what preparing it gave."""
        ready = partial(kafka_ready, self.kafka_server.bootstrap)
        return Part("kafka", argv, {}, ready, self._log("kafka"))

    def clickhouse(self) -> Part:
        """Build ClickHouse's part."""
        server = self.clickhouse_server
        log = self._log("clickhouse")
        return Part("clickhouse", server.argv, server.environment, server.ready, log)

    def ingest(self) -> Part:
        """Build the webhook's part."""
        prefix = "TWILIO_PIPELINE_INGEST_"
        environment = self._kafka_client() | {
            f"{prefix}HOST": _HOST,
            f"{prefix}PORT": str(self.ingest_port),
            f"{prefix}PUBLIC_URL": PUBLIC_URL,
            f"{prefix}AUTH_TOKENS": self.secrets.auth_token,
            "TWILIO_PIPELINE_SPOOL_DIRECTORY": str(self.folder / "spool"),
        }
        return self._command("ingest", environment, self.ingest_port)

    def lifecycle(self) -> Part:
        """Build the lifecycle processor's part."""
        prefix = "TWILIO_PIPELINE_LIFECYCLE_METRICS_"
        environment = self._kafka_client() | self._privacy()
        environment |= {f"{prefix}HOST": _HOST, f"{prefix}PORT": str(self.lifecycle_port)}
        return self._command("lifecycle", environment, self.lifecycle_port)

    def alerts(self) -> Part:
        """Build the detection's part."""
        prefix = "TWILIO_PIPELINE_ALERTS_METRICS_"
        environment = self._kafka_client()
        environment |= {f"{prefix}HOST": _HOST, f"{prefix}PORT": str(self.alerts_port)}
        return self._command("alerts", environment, self.alerts_port, "alerts", "run")

    def notifier(self) -> Part:
        """Build the notifier's part; what is in the environment may name its configuration."""
        prefix = "TWILIO_PIPELINE_NOTIFIER_METRICS_"
        environment = self._kafka_client()
        environment |= {f"{prefix}HOST": _HOST, f"{prefix}PORT": str(self.notifier_port)}
        return self._command("notifier", environment, self.notifier_port, "alerts", "notify")

    def fallback(self) -> Part:
        """Build the fallbacks' part; nothing is sent unless the environment has a policy for it."""
        prefix = "TWILIO_PIPELINE_FALLBACK_METRICS_"
        environment = self._kafka_client()
        environment |= {f"{prefix}HOST": _HOST, f"{prefix}PORT": str(self.fallback_port)}
        return self._command("fallback", environment, self.fallback_port, "fallback", "run")

    def sink(self) -> Part:
        """Build the sink's part."""
        prefix = "TWILIO_PIPELINE_SINK_METRICS_"
        environment = self._kafka_client() | self._privacy() | self.clickhouse_client()
        environment |= {f"{prefix}HOST": _HOST, f"{prefix}PORT": str(self.sink_port)}
        return self._command("sink", environment, self.sink_port)

    def console(self) -> Part:
        """Build the live page's part; it reads ClickHouse as analysts do."""
        prefix = "TWILIO_PIPELINE_CONSOLE_"
        environment = (
            self._kafka_client()
            | self._privacy()
            | {
                "TWILIO_PIPELINE_CLICKHOUSE_URL": self.clickhouse_server.url,
                "TWILIO_PIPELINE_CLICKHOUSE_USER": ANALYST,
                "TWILIO_PIPELINE_CLICKHOUSE_PASSWORD": "",
                f"{prefix}HOST": _HOST,
                f"{prefix}PORT": str(self.console_port),
                f"{prefix}USERS_FILE": str(self.console_users),
                f"{prefix}AUDIT_DIRECTORY": str(self.folder / "console-audit"),
                f"{prefix}PARTS": json.dumps(self._addresses()),
                f"{prefix}METRICS_HOST": _HOST,
                f"{prefix}METRICS_PORT": str(self.console_metrics_port),
            }
        )
        return self._command("console", environment, self.console_metrics_port)

    def clickhouse_client(self) -> dict[str, str]:
        """How the sink writes to ClickHouse."""
        server = self.clickhouse_server
        return server.sink_environment | {"TWILIO_PIPELINE_CLICKHOUSE_URL": server.url}

    def _addresses(self) -> dict[str, str]:
        """Where each part tells how it does."""
        ports = {
            "ingest": self.ingest_port,
            "lifecycle": self.lifecycle_port,
            "alerts": self.alerts_port,
            "notifier": self.notifier_port,
            "fallback": self.fallback_port,
            "sink": self.sink_port,
        }
        return {name: f"http://{_HOST}:{port}" for name, port in ports.items()}

    def _kafka_client(self) -> dict[str, str]:
        where = {"TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS": self.kafka_server.bootstrap}
        return UNSECURED_ENVIRONMENT | where

    def _privacy(self) -> dict[str, str]:
        return {"TWILIO_PIPELINE_PRIVACY_HASH_KEY": self.secrets.hash_key}

    def _command(self, name: str, environment: dict[str, str], port: int, *command: str) -> Part:
        argv = (sys.executable, "-P", "-m", "pipeline.cli.main", *(command or (name,)))
        ready = partial(answers, f"http://{_HOST}:{port}/readyz")
        return Part(name, argv, {**environment, **self.more.get(name, {})}, ready, self._log(name))

    def _log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"
