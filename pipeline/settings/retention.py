"""How long what is kept, all in one place."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from pipeline.settings.base import PipelineSettings

_FOREVER = "0 keeps it for ever."


class RetentionSettings(PipelineSettings):
    """Retention in days, counted from when it was received, never from the events' own times."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_PIPELINE_RETENTION_")

    events_days: int = Field(
        400,
        ge=0,
        description="Events, messages, verifications, calls, errors, outcomes and fallbacks in "
        "ClickHouse; " + _FOREVER,
    )
    payload_days: int = Field(30, ge=0, description=f"Their `payload`; {_FOREVER}")
    clear_numbers_days: int = Field(
        30, ge=1, description="A clear number, from when the person was last seen."
    )
    windows_days: int = Field(800, ge=0, description=f"Window and funnel cells; {_FOREVER}")
    dead_letters_days: int = Field(
        30, ge=1, description="Dead letters, in ClickHouse and on their topic."
    )
    quarantine_days: int = Field(7, ge=1, description="Quarantined requests, on their topic.")
    audit_days: int = Field(
        1095,
        ge=30,
        description="Who was erased, by hash (longer than anything may bring the person back), and "
        "what was done about dead letters.",
    )
