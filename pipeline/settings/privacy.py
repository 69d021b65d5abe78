"""What happens to personal data on its way to ClickHouse."""

from typing import Final, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from pipeline.settings.base import PipelineSettings

_LEAST_KEY: Final = 16


class PrivacySettings(PipelineSettings):
    """Personal data."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_PIPELINE_PRIVACY_")

    hash_key: SecretStr = Field(
        min_length=_LEAST_KEY,
        description="Key of the HMAC that stands for a phone number (`to_hash`).",
    )
    hash_key_id: str = Field(
        "",
        pattern=r"^[A-Za-z0-9_.-]{0,16}$",
        description="Stands before each hash of this key, as `id:`; give every later key one.",
    )
    former_hash_keys: SecretStr = Field(
        SecretStr(""),
        description="Keys used before, newest first, `id:key,id:key` (the first had no id: "
        "`:key`), so that old hashes can be joined and erased.",
    )
    store_clear_numbers: bool = Field(
        default=True,
        description="Keep clear numbers for a while in `clear_numbers`, which one role reads.",
    )
    store_bodies: bool = Field(
        default=False,
        description="Keep message bodies in `payload`; they may hold one-time passwords.",
    )

    @property
    def former_keys(self) -> list[tuple[str, str]]:
        """The former keys with their ids."""
        pieces = self.former_hash_keys.get_secret_value().replace(",", " ").split()
        pairs = [piece.partition(":") for piece in pieces]
        return [(name, key) for name, _, key in pairs]

    @model_validator(mode="after")
    def _every_key_of_its_own(self) -> Self:
        former = self.former_keys
        ids = [self.hash_key_id, *(name for name, _ in former)]
        if any(len(key) < _LEAST_KEY for _, key in former):
            raise ValueError(f"former hash keys are `id:key`, each of {_LEAST_KEY} characters")
        if len(set(ids)) < len(ids):
            raise ValueError("every hash key needs an id of its own (one may have none)")
        return self
