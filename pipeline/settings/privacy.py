"""What happens to personal data on its way to ClickHouse."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from pipeline.settings.base import PipelineSettings


class PrivacySettings(PipelineSettings):
    """Personal data."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_PIPELINE_PRIVACY_")

    hash_key: SecretStr = Field(
        min_length=16, description="Key of the HMAC that stands for a phone number (`to_hash`)."
    )
    store_bodies: bool = Field(
        default=False,
        description="Keep message bodies in `payload`; they may hold one-time passwords.",
    )
