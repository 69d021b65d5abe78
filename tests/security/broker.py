"""A broker that wants TLS from everybody, and a password, a token or a certificate."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.kafka.security import Security
from local.kafka.server import KafkaServer
from local.ports import free_ports
from pipeline.kafka.knock import knock
from pipeline.settings import KafkaSettings, load
from pipeline.settings.kafka_connection import UNSECURED
from tests.conftest import running
from tests.security.certificates import Certificates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER, PASSWORD = "pipeline", "right-horse"


@dataclass(frozen=True)
class SecuredBroker:
    """Its addresses, and the certificates in play."""

    certificates: Certificates
    by_login: str
    by_certificate: str

    def settings(self, **more: Any) -> KafkaSettings:  # noqa: ANN401  any setting
        """A client that trusts the right authority; ``more`` are further settings."""
        usual = {
            "bootstrap_servers": self.by_login,
            "security_protocol": "SASL_SSL",
            "ssl_ca_file": self.certificates.authority,
        }
        return load(KafkaSettings, **{**UNSECURED, **usual, **more})

    def login(self, mechanism: str = "PLAIN", password: str = PASSWORD) -> KafkaSettings:
        return self.settings(sasl_mechanism=mechanism, username=USER, password=password)


@contextmanager
def secured_broker(folder: Path) -> Iterator[SecuredBroker]:
    certificates = Certificates.make(folder)
    port, controller, by_certificate = free_ports(3)
    security = Security(
        certificates.server, certificates.authority, by_certificate, {USER: PASSWORD}
    )
    server = KafkaServer(folder / "kafka", port, controller, security=security)
    broker = SecuredBroker(certificates, server.bootstrap, f"127.0.0.1:{by_certificate}")

    def ready() -> bool:
        return not isinstance(asyncio.run(knock(broker.login(), broker.by_login)), str)

    with running(server.prepare(), {}, folder / "kafka.log", ready):
        yield broker
