"""Where ClickHouse is, and as whom to speak to it."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from pipeline.settings.base import PipelineSettings

#: One server, or a cluster whose replicas share every table through Keeper.
Mode = Literal["single", "replicated"]


class ClickHouseSettings(PipelineSettings):
    """The ClickHouse server (its HTTP interface)."""

    model_config = SettingsConfigDict(
        env_prefix="TWILIO_PIPELINE_CLICKHOUSE_", env_ignore_empty=True
    )

    url: str = Field(
        "http://127.0.0.1:8123", description="ClickHouse's HTTP address.", pattern=r"^https?://.+"
    )
    ca_file: Path | None = Field(
        None,
        description="PEM file with the authorities that sign the server's certificate, with https; "
        "by default those that are known everywhere.",
    )
    user: str = Field("default", description="User name.")
    password: SecretStr = Field(SecretStr(""), description="The user's password.")
    database: str = Field(
        "twilio", pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="Database of all tables."
    )
    mode: Mode = Field(
        "single",
        description="`single`: one server. `replicated`: tables are made ON CLUSTER '{cluster}' "
        "and replicate through Keeper, and inserts wait for a quorum.",
    )
