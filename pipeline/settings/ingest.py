"""How the webhook listens, whom it believes, and how it coalesces."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from pipeline.settings.base import PipelineSettings

#: A body this large still fits Kafka's largest message as a dead letter, which is base64.
_LARGEST_BYTES: Final = 8 * 1024 * 1024


class IngestSettings(PipelineSettings):
    """The ingress."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_PIPELINE_INGEST_")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=1, le=65_535, description="Port to listen on.")
    workers: int = Field(
        1,
        ge=1,
        le=64,
        description="Processes that listen on the port; one handles about as much as a core does.",
    )
    metrics_host: str = Field(
        "127.0.0.1",
        description="With several workers: address of /healthz, /readyz and /metrics of all.",
    )
    metrics_port: int = Field(
        9110,
        ge=1,
        le=65_535,
        description="With several workers: port of /healthz, /readyz and /metrics of all.",
    )
    public_url: str = Field(
        description="The URL given to Twilio for the sink, as Twilio signs it, without a query.",
        pattern=r"^https?://[^?#]+$",
    )
    auth_tokens_file: Path | None = Field(
        None,
        description="File with more tokens, read again when it changes; commas or lines between.",
    )
    auth_tokens: SecretStr = Field(
        SecretStr(""),
        validate_default=True,
        description="Twilio auth tokens (and secrets of shared keys) that may sign, separated by "
        "commas; `ACCOUNT_SID:token` names a subaccount's.",
    )
    trusted_proxies: str = Field(
        "",
        description="Networks of proxies whose X-Forwarded-* headers count, `10.0.0.0/8,...`.",
    )
    signature_failure: Literal["reject", "quarantine"] = Field(
        "reject",
        description="A bad signature: `reject` answers 403; `quarantine` keeps the body, says 200.",
    )
    doubt_after: int = Field(
        10,
        ge=1,
        description="Wrong signatures in a row from a sender that used to be right, after which "
        "they are answered 503 instead of 403.",
    )
    doubt_s: float = Field(
        14_400,
        ge=0,
        description="How long such a sender is answered 503, in seconds; 0 never does.",
    )
    max_body_bytes: int = Field(
        4 * 1024 * 1024,
        ge=1024,
        le=_LARGEST_BYTES,
        description="Largest request body that is read, in bytes; a larger one is answered 503.",
    )
    coalesce_ms: float = Field(
        20.0,
        ge=0,
        le=1000,
        description="Longest an event waits while earlier records are under way, in ms; when none "
        "are, it does not wait.",
    )
    coalesce_max_events: int = Field(500, ge=1, description="Most events in one record.")
    coalesce_max_bytes: int = Field(
        512 * 1024,
        ge=1024,
        le=_LARGEST_BYTES,
        description="Size at which a record is full, in bytes.",
    )
    max_unacked_bytes: int = Field(
        64 * 1024 * 1024,
        ge=1024,
        description="Bytes being read or waiting for Kafka above which requests are answered 503.",
    )
    max_open_requests: int = Field(
        4096, ge=1, description="Requests under way above which further ones are answered 503."
    )
    body_timeout_s: float = Field(
        4.0, gt=0, description="Seconds a sender has for a request's body before 503."
    )
    idle_timeout_s: float = Field(
        75.0,
        gt=0,
        description="Seconds a connection may go without a whole request head before it is cut; "
        "more than the proxy keeps its own connections.",
    )
    ack_timeout_s: float = Field(
        4.5, gt=0, description="Seconds to wait for Kafka before answering 503 (Twilio waits 5)."
    )
    stop_delay_s: float = Field(
        0.0,
        ge=0,
        le=300,
        description="Seconds a stopping ingress still takes requests while /readyz is 503, so that "
        "a load balancer turns away before the port is closed.",
    )

    @field_validator("auth_tokens")
    @classmethod
    def _some_token(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        if not split_secrets(value.get_secret_value()) and not info.data.get("auth_tokens_file"):
            raise ValueError("needs at least one token, or set the file of tokens")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for each in split_secrets(value):
            ip_network(each)
        return value

    @property
    def tokens(self) -> tuple[str, ...]:
        """The auth tokens, in the order they are tried."""
        return split_secrets(self.auth_tokens.get_secret_value())

    @property
    def proxy_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of trusted proxies."""
        return tuple(ip_network(each) for each in split_secrets(self.trusted_proxies))


def split_secrets(text: str) -> tuple[str, ...]:
    """Cut a list at commas, blanks and line ends."""
    return tuple(part for part in re.split(r"[,\s]+", text) if part)
