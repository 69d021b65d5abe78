"""How the lifecycle processor keeps state and emits."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from pipeline.settings.base import PipelineSettings


class LifecycleSettings(PipelineSettings):
    """The lifecycle and windows processor."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_PIPELINE_LIFECYCLE_")

    app_id: str = Field(
        "twilio-lifecycle", description="Consumer group, and prefix of the state's changelog topic."
    )
    flush_interval_s: float = Field(
        0.5, gt=0, le=60, description="Seconds between two writes of state and windows."
    )
    flush_max_changes: int = Field(
        20_000, ge=100, description="Changed messages in one partition that force a flush at once."
    )
    state_horizon_s: int = Field(
        6 * 3600,
        ge=60,
        description="Seconds a message's state is kept; above Twilio's 4 h of retries.",
    )
    metrics_port: int = Field(
        9101, ge=1, le=65_535, description="Port of /healthz, /readyz and /metrics."
    )
    metrics_host: str = Field("127.0.0.1", description="Address of /healthz, /readyz, /metrics.")
