"""How the lifecycle processor keeps state and emits."""

from typing import Annotated

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
    sent_events: bool = Field(
        True,
        description="Whether Twilio sends `sent` events. A receipt without one then waits for it "
        "in no window; set false if the subscription has receipts alone.",
    )
    silence_s: dict[str, Annotated[int, Field(ge=0, le=86_400)]] = Field(
        {"sms": 300, "mms": 300, "rcs": 300, "whatsapp": 300, "voice": 900, "other": 300},
        description="Seconds by channel after which a message without a receipt is told as "
        "silent at the latest, as JSON; 0 is never.",
    )
    verify_silence_s: dict[str, Annotated[int, Field(ge=0, le=86_400)]] = Field(
        {"sms": 60, "whatsapp": 60, "rcs": 60, "other": 120},
        description="The same for attempts to send a Verify code, by Verify's channels: a code is "
        "worth something for ten minutes only.",
    )
    silence_quantile: float = Field(
        0.998,
        ge=0,
        lt=1,
        description="The share of receipts (0 to 1) of a channel and country after whose delay a "
        "message is silent already, learned from the last hours; 0 goes by the seconds alone.",
    )
    silence_floor_s: int = Field(
        15, ge=1, le=3_600, description="Seconds before which no message is told as silent."
    )
    silence_samples: int = Field(
        1_000,
        ge=100,
        description="Receipts of a channel and country, in one partition, to learn a delay from.",
    )
    verification_lifetime_s: int = Field(
        600,
        ge=60,
        le=86_400,
        description="Seconds after which a verification has expired. `twilio-pipeline migrate` "
        "tells it to the view `verifications`, so it must be set there too.",
    )
    cells_per_account: int = Field(
        500,
        ge=10,
        description="Window cells of one account, minute and partition; beyond, carrier and "
        "sender, then service and country, become `other`.",
    )
    metrics_port: int = Field(
        9101, ge=1, le=65_535, description="Port of /healthz, /readyz and /metrics."
    )
    metrics_host: str = Field("127.0.0.1", description="Address of /healthz, /readyz, /metrics.")
