"""How often the alerts may be wrong, where the rest of what they are told is, how they run."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from pipeline.settings.base import PipelineSettings


class AlertsSettings(PipelineSettings):
    """Detection of changed delivery rates, and its processor."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_PIPELINE_ALERTS_")

    config: Path | None = Field(
        None, description="TOML file with tuning, expected rates, static rules and notices."
    )
    false_pages_a_month: float = Field(
        1.0, gt=0, le=1000, description="False pages allowed in 30 days, over all slices together."
    )
    false_tickets_a_month: float = Field(
        10.0, gt=0, le=10_000, description="False tickets allowed in 30 days, over all slices."
    )
    max_slices: int = Field(
        100_000, ge=100, description="Finest slices kept; beyond it the least active ones go."
    )
    app_id: str = Field(
        "twilio-alerts", description="Consumer group, and prefix of the state's changelog topic."
    )
    lag_s: int = Field(
        5,
        ge=0,
        le=600,
        description="Seconds after its end a minute is judged, so that its cells have come.",
    )
    history_s: int = Field(
        3600,
        ge=0,
        description="Seconds back for which a first start tells of incidents that are over; it "
        "learns from all windows Kafka still has.",
    )
    flush_interval_s: float = Field(
        1.0, gt=0, le=60, description="Seconds between two writes of state and alerts."
    )
    flush_max_changes: int = Field(
        50_000, ge=100, description="Changed cells that force a flush at once."
    )
    metrics_port: int = Field(
        9103, ge=1, le=65_535, description="Port of /healthz, /readyz and /metrics."
    )
    metrics_host: str = Field("127.0.0.1", description="Address of /healthz, /readyz, /metrics.")
