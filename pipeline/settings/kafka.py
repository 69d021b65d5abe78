"""Where Kafka is, and how the topics are laid out."""

from pydantic import Field, ValidationInfo, field_validator

from pipeline.settings.kafka_connection import KafkaConnection


class KafkaSettings(KafkaConnection):
    """The Kafka cluster and the shape of this product's topics."""

    partitions: int = Field(
        8, ge=1, le=1024, description="Partitions of every topic; fixed once topics exist."
    )
    replication_factor: int = Field(
        1, ge=1, le=15, description="Copies of every topic; 3 on a real cluster."
    )
    min_insync_replicas: int | None = Field(
        None,
        ge=1,
        le=15,
        description="Copies that must have a record before it is acknowledged; by default one "
        "less than there are, so that one broker may be away.",
    )
    raw_retention_hours: int = Field(
        168, ge=1, description="How long the raw topics keep events, in hours."
    )

    @field_validator("min_insync_replicas")
    @classmethod
    def _no_more_than_copies(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value and value > info.data.get("replication_factor", value):
            raise ValueError("can't be more than TWILIO_PIPELINE_KAFKA_REPLICATION_FACTOR")
        return value

    @property
    def insync_replicas(self) -> int:
        """The topics' `min.insync.replicas`."""
        return self.min_insync_replicas or max(1, self.replication_factor - 1)
