"""The broker's configuration: one node that is broker and controller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

NODE_ID = 1
LOOPBACK = "127.0.0.1"
# A processor's state row holds all that changed since the last one: several MB in a busy second.
MESSAGE_BYTES = 16 << 20
_CLEANER_BYTES = 16 << 20
# A killed broker is let in again only when its former session has timed out; by default in 9 s.
_SESSION_MS = 4_000
_HEARTBEAT_MS = 500


def server_properties(log_dir: Path, port: int, controller_port: int) -> dict[str, str]:
    """All settings that differ from Kafka's defaults.

    Raises ConfigurationError for a folder name that Kafka would read as two.
    """
    if "," in str(log_dir):
        raise ConfigurationError(f"Kafka takes no folder with a comma: {log_dir}; choose another")
    values = _addresses(port, controller_port) | _one_node() | _sizes()
    return values | {"log.dirs": str(log_dir)}


def render(values: dict[str, str]) -> str:
    """Write them as a Java properties file."""
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _addresses(port: int, controller_port: int) -> dict[str, str]:
    return {
        "process.roles": "broker,controller",
        "node.id": str(NODE_ID),
        "controller.quorum.voters": f"{NODE_ID}@{LOOPBACK}:{controller_port}",
        "listeners": f"PLAINTEXT://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{port}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    }


def _one_node() -> dict[str, str]:
    return {
        "auto.create.topics.enable": "false",
        "default.replication.factor": "1",
        "min.insync.replicas": "1",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "8",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "4",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
        "broker.session.timeout.ms": str(_SESSION_MS),
        "broker.heartbeat.interval.ms": str(_HEARTBEAT_MS),
    }


def _sizes() -> dict[str, str]:
    return {
        "message.max.bytes": str(MESSAGE_BYTES),
        "replica.fetch.max.bytes": str(MESSAGE_BYTES),
        "log.cleaner.dedupe.buffer.size": str(_CLEANER_BYTES),
        "num.network.threads": "2",
        "num.io.threads": "4",
        "background.threads": "2",
    }
