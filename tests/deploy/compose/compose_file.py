"""docker-compose.yml as data, and what its services are given."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

REPOSITORY: Final = Path(__file__).parents[3]
FILE: Final = REPOSITORY / "docker-compose.yml"
CONFIGURATION: Final = REPOSITORY / "deploy" / "compose"
MAKE_SECRETS: Final = CONFIGURATION / "make-secrets"
OURS: Final = "twilio-event-pipeline"

#: A service as the file has it, with its anchors resolved.
Service = dict[str, Any]


def compose() -> dict[str, Any]:
    """Read the file."""
    read: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return read


def services() -> dict[str, Service]:
    """Give every service by name."""
    found: dict[str, Service] = compose()["services"]
    return found


def parts() -> dict[str, Service]:
    """Give those that run the product's own image."""
    return {name: each for name, each in services().items() if OURS in each["image"]}


def secret_targets(service: Service) -> dict[str, str]:
    """Which secret stands where in /run/secrets (or at a path of its own)."""
    listed = service.get("secrets", [])
    return {
        each["target"] if isinstance(each, dict) else each: (
            each["source"] if isinstance(each, dict) else each
        )
        for each in listed
    }


def default(text: str) -> str:
    """The value of ``${NAME:-value}``; any other text is its own."""
    return text.partition(":-")[2].rstrip("}") if text.startswith("${") else text


def properties() -> dict[str, str]:
    """What Kafka is configured with."""
    text = (CONFIGURATION / "kafka" / "server.properties").read_text("utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in (line.partition("=") for line in lines)}
