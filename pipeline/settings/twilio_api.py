"""How Twilio's REST API is called, and as whom."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from pipeline.settings.base import PipelineSettings


class TwilioApiSettings(PipelineSettings):
    """Calls to Twilio's REST API: fallbacks, set-up, usage."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_PIPELINE_TWILIO_")

    account_sid: str = Field("", description="Account that is acted for where no other is named.")
    username: str = Field("", description="API key's SID; empty to sign in as the account itself.")
    password: SecretStr = Field(
        SecretStr(""), description="API key's secret, or the account's auth token."
    )
    accounts: dict[str, SecretStr] = Field(
        {},
        description='Credentials of further (sub)accounts, as JSON: {"AC...": "user:secret"}.',
    )
    base_url: str = Field(
        "",
        pattern=r"^(https?://[^/]+)?$",
        description="Where calls go instead of Twilio, for tests: http://127.0.0.1:8080.",
    )
    timeout_s: float = Field(5.0, gt=0, le=30, description="Seconds to wait for an answer.")
