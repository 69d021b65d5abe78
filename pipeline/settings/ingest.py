"""How the webhook listens, whom it believes, and how it coalesces."""

from typing import Final, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from pipeline.settings.base import PipelineSettings

#: A body this large still fits Kafka's largest message as a dead letter, which is base64.
_LARGEST_BYTES: Final = 8 * 1024 * 1024


class IngestSettings(PipelineSettings):
    """The ingress."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_PIPELINE_INGEST_")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=1, le=65_535, description="Port to listen on.")
    public_url: str = Field(
        description="The URL given to Twilio for the sink, as Twilio signs it, without a query.",
        pattern=r"^https?://[^?#]+$",
    )
    auth_tokens: SecretStr = Field(
        description="Twilio auth tokens that may sign, separated by commas (primary, secondary)."
    )
    signature_failure: Literal["reject", "quarantine"] = Field(
        "reject",
        description="A bad signature: `reject` answers 403; `quarantine` keeps the body, says 200.",
    )
    max_body_bytes: int = Field(
        4 * 1024 * 1024,
        ge=1024,
        le=_LARGEST_BYTES,
        description="Largest request body that is read, in bytes; a larger one is answered 503.",
    )
    coalesce_ms: float = Field(
        3.0, ge=0, le=1000, description="How long events wait for company in a record, in ms."
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
        description="Bytes waiting for Kafka above which requests are answered 503.",
    )
    ack_timeout_s: float = Field(
        4.5, gt=0, description="Seconds to wait for Kafka before answering 503 (Twilio waits 5)."
    )

    @field_validator("auth_tokens")
    @classmethod
    def _some_token(cls, value: SecretStr) -> SecretStr:
        if not split_tokens(value):
            raise ValueError("needs at least one token")
        return value

    @property
    def tokens(self) -> tuple[bytes, ...]:
        """The auth tokens, in the order they are tried."""
        return split_tokens(self.auth_tokens)


def split_tokens(value: SecretStr) -> tuple[bytes, ...]:
    """Cut a comma-separated secret, dropping blanks."""
    parts = (part.strip() for part in value.get_secret_value().split(","))
    return tuple(part.encode() for part in parts if part)
