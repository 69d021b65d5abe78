"""Where and how long the ingress keeps events on disk while Kafka can't take them."""

from typing import Final, Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from pipeline.settings.base import PipelineSettings

_MIB: Final = 1024 * 1024
_LEAST_SEGMENTS: Final = 2


class SpoolSettings(PipelineSettings):
    """The ingress's spool."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_PIPELINE_SPOOL_")

    directory: str = Field(
        "",
        description="Folder on a local disk, for one ingress alone (each of its workers makes one "
        "in it); empty means no spool.",
    )
    max_bytes: int = Field(
        1024 * _MIB,
        ge=64 * 1024,
        description="Most bytes on disk, of each worker; a full spool answers 503.",
    )
    segment_bytes: int = Field(
        16 * _MIB,
        ge=4096,
        le=256 * _MIB,
        description="Size at which a file is full; disk space is freed one file at a time.",
    )
    patience_s: float = Field(
        1.5,
        gt=0,
        le=4,
        description="Seconds Kafka may take to acknowledge before events go to the spool.",
    )
    drain_bytes_per_s: int = Field(
        16 * _MIB,
        ge=1024,
        description="Most bytes per second from the spool to Kafka, beside the live traffic.",
    )

    @model_validator(mode="after")
    def _several_segments(self) -> Self:
        if self.segment_bytes * _LEAST_SEGMENTS > self.max_bytes:
            raise ValueError("segment_bytes must be at most half of max_bytes")
        return self
