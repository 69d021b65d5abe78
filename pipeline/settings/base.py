"""How settings are read: environment variables first, then files.

A file ``$TWILIO_PIPELINE_SECRETS_DIR/twilio_pipeline_ingest_auth_tokens`` holds what the
variable ``TWILIO_PIPELINE_INGEST_AUTH_TOKENS`` would, and for a secret a variable with ``_FILE``
at its end may name any file; secrets never come from arguments.
"""

import os
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)
from typing_extensions import override

from pipeline.errors import ConfigurationError
from pipeline.settings.secret_files import SecretFilesSource

SECRETS_DIR_VARIABLE = "TWILIO_PIPELINE_SECRETS_DIR"


class PipelineSettings(BaseSettings):
    """What all settings classes have in common; build them with ``load``."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    def __init__(self, **values: Any) -> None:  # noqa: ANN401  any field's value
        super().__init__(_secrets_dir=_secrets_dir(), **values)

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        named_files = SecretFilesSource(settings_cls)
        return init_settings, env_settings, named_files, file_secret_settings


Settings = TypeVar("Settings", bound=PipelineSettings)


def load(kind: type[Settings], **overrides: Any) -> Settings:  # noqa: ANN401  any field's value
    """Read one settings class; ConfigurationError names the variable that can't be used."""
    try:
        return kind(**overrides)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        field = "_".join(str(part) for part in problem["loc"])
        variable = f"{kind.model_config.get('env_prefix', '')}{field}".upper()
        said = problem["msg"].removeprefix("Value error, ")
        raise ConfigurationError(f"set {variable}: {said}" if field else said) from None
    except SettingsError as error:
        variable = f"{kind.model_config.get('env_prefix', '')}{_field_of(error)}".upper()
        raise ConfigurationError(f"set {variable}: it has to be JSON") from None


def _field_of(error: SettingsError) -> str:
    """The field whose value is meant to be JSON and is none; the error has it in its text alone."""
    return str(error).partition('"')[2].partition('"')[0]


def _secrets_dir() -> Path | None:
    path = os.environ.get(SECRETS_DIR_VARIABLE)
    if path and not Path(path).is_dir():
        raise ConfigurationError(f"{SECRETS_DIR_VARIABLE} is not a directory: {path}")
    return Path(path) if path else None
