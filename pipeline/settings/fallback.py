"""How fallbacks are planned, and whom they call."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from pipeline.settings.base import PipelineSettings


class FallbackSettings(PipelineSettings):
    """Fallbacks for messages that failed or stayed silent."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_PIPELINE_FALLBACK_")

    app_id: str = Field(
        "twilio-fallback", description="Consumer group, and prefix of the state's changelog topic."
    )
    policy: Path | None = Field(
        None,
        description="TOML file with the policies; without one those of the product are planned "
        "and shown, and nothing is sent. Read again when it changes.",
    )
    contacts_url: str = Field(
        "", description="Your service that finds a user's e-mail address and consent."
    )
    contacts_file: Path | None = Field(
        None, description="A table of contacts instead of a service: .csv, .db or .sqlite."
    )
    backend_url: str = Field(
        "", description="Your service that takes webhook steps, and writes texts."
    )
    secret: SecretStr = Field(
        SecretStr(""), description="Signs the calls to your services; at least 16 characters."
    )
    smtp_host: str = Field("", description='Mail server for steps `via = "smtp"`.')
    smtp_port: int = Field(587, ge=1, le=65_535, description="Its port.")
    smtp_username: str = Field("", description="Login of the mail server, if it wants one.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password of that login.")
    sendgrid_key: SecretStr = Field(
        SecretStr(""), description='API key for steps `via = "sendgrid"`.'
    )
    sendgrid_url: str = Field("https://api.sendgrid.com", description="Where SendGrid is.")
    sender: str = Field("", description="E-mail address that codes come from.")
    checks_per_minute: int = Field(
        60,
        ge=0,
        le=100_000,
        description="How often a minute Twilio is asked, for each account, whether a code is "
        "still wanted; beyond it what the events have told decides.",
    )
    flush_interval_s: float = Field(
        0.1, gt=0, le=60, description="Seconds between two looks for what came in."
    )
    flush_max_changes: int = Field(
        5_000, ge=100, description="Changed plans that force a flush at once."
    )
    metrics_port: int = Field(
        9105, ge=1, le=65_535, description="Port of /healthz, /readyz and /metrics."
    )
    metrics_host: str = Field("127.0.0.1", description="Address of /healthz, /readyz, /metrics.")
