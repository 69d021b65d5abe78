"""How the sink batches."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from pipeline.settings.base import PipelineSettings


class SinkSettings(PipelineSettings):
    """The Kafka to ClickHouse sink."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_PIPELINE_SINK_")

    group_id: str = Field("twilio-sink", description="Consumer group of the sink.")
    batch_rows: int = Field(20_000, ge=1, description="Rows that make a batch full.")
    batch_seconds: float = Field(
        0.5, gt=0, le=60, description="Seconds after which a batch is inserted as it is."
    )
    metrics_port: int = Field(
        9102, ge=1, le=65_535, description="Port of /healthz, /readyz and /metrics."
    )
    metrics_host: str = Field("127.0.0.1", description="Address of /healthz, /readyz, /metrics.")
