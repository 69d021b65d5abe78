"""How often the alerts may be wrong, and where the rest of what they are told is."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from pipeline.settings.base import PipelineSettings


class AlertsSettings(PipelineSettings):
    """Detection of changed delivery rates."""

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
