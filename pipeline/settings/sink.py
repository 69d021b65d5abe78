"""How the sink batches."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from pipeline.settings.base import PipelineSettings


class SinkSettings(PipelineSettings):
    """The Kafka to ClickHouse sink."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_PIPELINE_SINK_")

    group_id: str = Field("twilio-sink", description="Consumer group of the sink.")
    batch_rows: int = Field(20_000, ge=1, description="Rows that make a batch full.")
    batch_bytes: int = Field(
        16 * 1024 * 1024,
        ge=1024,
        description="Bytes of records that make a batch full; the sink holds at most two batches "
        "and two fetches of this size, and about five times as much memory.",
    )
    batch_seconds: float = Field(
        0.5, gt=0, le=60, description="Seconds after which a batch is inserted as it is."
    )
    overdue_seconds: float = Field(
        30.0, gt=0, description="Seconds a batch may wait before /readyz says that it is overdue."
    )
    instance_id: str = Field(
        "",
        description="A name that stays when this sink is started again, different from those of "
        "all others in the group; with it a restart after a crash need not wait for the group to "
        "notice the death. Empty: every start is a new member.",
    )
    metrics_port: int = Field(
        9102, ge=1, le=65_535, description="Port of /healthz, /readyz and /metrics."
    )
    metrics_host: str = Field("127.0.0.1", description="Address of /healthz, /readyz, /metrics.")
