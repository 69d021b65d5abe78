"""How the parts log."""

from typing import Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from pipeline.settings.base import PipelineSettings


class LogSettings(PipelineSettings):
    """Logging of all parts."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_PIPELINE_LOG_")

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="The least level that is written."
    )
    format: Literal["auto", "json", "text"] = Field(
        "auto", description="`auto` writes text on a terminal and JSON elsewhere."
    )
