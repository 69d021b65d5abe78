"""How the console is served, and to whom."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Final, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from pipeline.settings.base import PipelineSettings

_SEPARATORS: Final = re.compile(r"[,\s]+")


class ConsoleSettings(PipelineSettings):
    """The console, a page in the browser."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_PIPELINE_CONSOLE_")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8088, ge=1, le=65_535, description="Port to listen on.")
    users_file: Path | None = Field(
        None,
        description="File of users that `twilio-pipeline console user add` writes. Read again when "
        "it changes. Without one a proxy must say who asks.",
    )
    session_idle_minutes: float = Field(
        60.0, gt=0, description="Minutes after which a session ends of which no page is open."
    )
    session_hours: float = Field(
        24.0, gt=0, le=24 * 31, description="Hours after which a session ends in any case."
    )
    proxy_user_header: str = Field(
        "",
        pattern=r"^[A-Za-z0-9-]*$",
        description="Header in which a trusted proxy names the user it has logged in, such as "
        "X-Forwarded-Email. From any other address it is refused.",
    )
    proxy_groups_header: str = Field(
        "",
        pattern=r"^[A-Za-z0-9-]*$",
        description="Header in which the proxy lists the user's groups, separated by commas.",
    )
    proxy_operator_group: str = Field(
        "operators", description="Group whose members are operators; all others are viewers."
    )
    trusted_proxies: str = Field(
        "",
        description="Networks of proxies whose X-Forwarded-* and user headers count, "
        "`10.0.0.0/8,...`.",
    )
    tls_certificate: Path | None = Field(
        None, description="PEM file of the certificate and its chain; empty serves plain HTTP."
    )
    tls_key: Path | None = Field(None, description="PEM file of the certificate's key.")
    audit_directory: Path | None = Field(
        None,
        description="Folder for the record of who changed what, one file a month; without one it "
        "is in the log, and the last thousand entries in memory.",
    )
    parts: dict[str, str] = Field(
        {},
        description="Where each part's /readyz and /metrics are, as JSON: "
        '{"ingest-1": "http://10.0.0.1:8080", ...}. Names begin with the part\'s: ingest, '
        "lifecycle, alerts, notifier, fallback, sink.",
    )
    queries_at_once: int = Field(
        4, ge=1, le=64, description="Questions that ClickHouse gets at a time, at most."
    )
    max_streams: int = Field(
        1_000, ge=1, description="Pages that are told of news at a time; further ones are refused."
    )
    metrics_port: int = Field(
        9106, ge=1, le=65_535, description="Port of /healthz, /readyz and /metrics."
    )
    metrics_host: str = Field("127.0.0.1", description="Address of /healthz, /readyz, /metrics.")

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for each in _listed(value):
            ip_network(each)
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("TLS needs both a certificate and its key")
        if self.proxy_user_header and not self.trusted_proxies:
            raise ValueError("a user header needs trusted proxies: anybody could send it")
        return self

    @property
    def proxy_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of trusted proxies."""
        return tuple(ip_network(each) for each in _listed(self.trusted_proxies))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in _SEPARATORS.split(text) if part)
