"""A broker that asks who comes: TLS and SASL on one listener, client certificates on another."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_SCRAM = ("SCRAM-SHA-256", "SCRAM-SHA-512")
_MODULES = "org.apache.kafka.common.security"
_BROKER = "broker"


@dataclass(frozen=True, slots=True)
class Security:
    """What a secured broker is given; whoever has a token that is not signed is believed.

    `identity` is a PEM file with the key (PKCS #8) and the certificate, `authorities` one with
    those that sign clients' certificates. `users` maps names to passwords, which have neither
    quotes nor commas.
    """

    identity: Path
    authorities: Path
    certificates_port: int
    users: Mapping[str, str] = field(repr=False)
    brokers_password: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)

    def format_arguments(self) -> Iterator[str]:
        """Arguments by which the storage tool makes the users of SCRAM."""
        for name, password in self.users.items():
            for mechanism in _SCRAM:
                yield "--add-scram"
                yield f"{mechanism}=[name={name},password={password}]"

    def properties(self, host: str, port: int, controller_port: int) -> dict[str, str]:
        """What replaces a plain broker's settings."""
        listeners = f"SASL_SSL://{host}:{port},SSL://{host}:{self.certificates_port}"
        return {
            "listeners": f"{listeners},CONTROLLER://{host}:{controller_port}",
            "advertised.listeners": listeners,
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL",
            "inter.broker.listener.name": "SASL_SSL",
            "sasl.mechanism.inter.broker.protocol": "PLAIN",
            "sasl.enabled.mechanisms": ",".join(("PLAIN", *_SCRAM, "OAUTHBEARER")),
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self.identity),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.authorities),
            "listener.name.ssl.ssl.client.auth": "required",
            **self._logins(),
        }

    def _logins(self) -> dict[str, str]:
        secret = self.brokers_password
        users = {**self.users, _BROKER: secret}
        known = " ".join(f'user_{name}="{password}"' for name, password in users.items())
        prefix = "listener.name.sasl_ssl"
        plain = f"{_MODULES}.plain.PlainLoginModule required "
        scram = f"{_MODULES}.scram.ScramLoginModule required;"
        bearer = f"{_MODULES}.oauthbearer.OAuthBearerLoginModule required "
        return {
            f"{prefix}.plain.sasl.jaas.config": (
                f'{plain}username="{_BROKER}" password="{secret}" {known};'
            ),
            **{f"{prefix}.{each.lower()}.sasl.jaas.config": scram for each in _SCRAM},
            f"{prefix}.oauthbearer.sasl.jaas.config": (
                f'{bearer}unsecuredLoginStringClaim_sub="{_BROKER}";'
            ),
        }
