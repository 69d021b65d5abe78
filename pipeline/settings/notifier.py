"""How the notifier keeps state and how long it tries."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from pipeline.settings.base import PipelineSettings


class NotifierSettings(PipelineSettings):
    """Messages to people about alerts."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_PIPELINE_NOTIFIER_")

    app_id: str = Field(
        "twilio-notifier", description="Consumer group, and prefix of the state's changelog topic."
    )
    config: Path | None = Field(
        None,
        description="TOML file with channels, routes, quiet hours and maintenance; without one "
        "alerts are written to the log. Read again when it changes.",
    )
    flush_interval_s: float = Field(
        0.2, gt=0, le=60, description="Seconds between two looks for what came in."
    )
    max_attempts: int = Field(
        50, ge=1, le=10_000, description="Attempts after which a message is given up."
    )
    max_age_hours: float = Field(
        24.0,
        gt=0,
        le=24 * 30,
        description="Hours after which a message that could not be sent is given up.",
    )
    group_notices_s: int = Field(
        300,
        ge=0,
        le=86_400,
        description="Seconds between two notices of one rule, account and code on a channel; "
        "those in between are told together.",
    )
    metrics_port: int = Field(
        9104, ge=1, le=65_535, description="Port of /healthz, /readyz and /metrics."
    )
    metrics_host: str = Field("127.0.0.1", description="Address of /healthz, /readyz, /metrics.")
