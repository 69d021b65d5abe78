"""Kafka's brokers: whether each of them can be reached, encrypts, and knows us."""

import asyncio
import ssl
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

from operations.doctor.finding import Finding
from pipeline.kafka.knock import Broker, knock
from pipeline.settings import KafkaSettings
from pipeline.topics import connected_admin

NAME: Final = "kafka"
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_EXPIRES_SOON_DAYS: Final = 14
_DAY_S: Final = 86_400


async def look_at_brokers(kafka: KafkaSettings) -> list[Finding]:
    """Connect to every broker by the name it gives itself; UnavailableError when none answers."""
    async with connected_admin(kafka) as admin:
        cluster = await admin.describe_cluster()
    addresses = [_address(broker) for broker in cluster["brokers"]]
    answers = await asyncio.gather(*(knock(kafka, each) for each in addresses))
    reached = [answer for answer in answers if isinstance(answer, Broker)]
    failed = [answer for answer in answers if isinstance(answer, str)]
    return [
        *(Finding(NAME, "fail", why, _ADVERTISED) for why in failed),
        *([_reached(kafka, reached)] if reached else []),
        *_copies(kafka, len(addresses)),
        *_encryption(kafka, reached),
    ]


_ADVERTISED: Final = "brokers are connected to as they name themselves: see advertised.listeners"


def _address(broker: dict[str, Any]) -> str:
    host = str(broker["host"])
    return f"[{host}]:{broker['port']}" if ":" in host else f"{host}:{broker['port']}"


def _reached(kafka: KafkaSettings, brokers: Sequence[Broker]) -> Finding:
    who = f"as {kafka.username}" if kafka.username else "without a user"
    if kafka.sasl_mechanism == "OAUTHBEARER":
        who = "with a token"
    how = f"{kafka.security_protocol}{f' {kafka.sasl_mechanism}' if kafka.sasl_mechanism else ''}"
    said = ", ".join(f"{each.address} ({each.versions()})" for each in brokers)
    return Finding(NAME, "ok", f"{len(brokers)} answer by {how} {who}: {said}")


def _copies(kafka: KafkaSettings, brokers: int) -> Iterator[Finding]:
    if brokers < kafka.replication_factor:
        yield Finding(
            NAME,
            "fail",
            f"{brokers} brokers can't hold {kafka.replication_factor} copies",
            "start more, or set TWILIO_PIPELINE_KAFKA_REPLICATION_FACTOR",
        )
    elif brokers > kafka.replication_factor == 1:
        yield Finding(
            NAME,
            "warn",
            f"topics have one copy though there are {brokers} brokers",
            "set TWILIO_PIPELINE_KAFKA_REPLICATION_FACTOR=3 before the topics are created",
        )


def _encryption(kafka: KafkaSettings, brokers: Sequence[Broker]) -> Iterator[Finding]:
    remote = [each for each in brokers if each.address.rpartition(":")[0] not in _LOOPBACK]
    if not kafka.encrypts and remote:
        yield Finding(
            "kafka.tls",
            "warn",
            "what goes to Kafka is not encrypted",
            "set TWILIO_PIPELINE_KAFKA_SECURITY_PROTOCOL to SASL_SSL or SSL",
        )
    for broker in brokers:
        if broker.certificate_until:
            yield _expiry(broker.address, broker.certificate_until)


def _expiry(address: str, until: str) -> Finding:
    left = (ssl.cert_time_to_seconds(until) - time.time()) / _DAY_S
    seen = f"the certificate of {address} is valid for {left:.0f} days more"
    if left < _EXPIRES_SOON_DAYS:
        return Finding("kafka.tls", "warn", seen, "renew it")
    return Finding("kafka.tls", "ok", seen)
