"""docs/reference/topics.md."""

from typing import Final

from pipeline.cli.pages.markdown import document, table
from pipeline.cli.pages.schemas import SCHEMA_OF_TOPIC
from pipeline.settings import KafkaSettings, RetentionSettings
from pipeline.topics import Topic, declared

_KAFKA: Final = KafkaSettings.model_construct()
_KEPT: Final = RetentionSettings.model_construct()


def page() -> str:
    """List every topic with what it keeps and for how long."""
    intro = (
        "A record's value is a JSON array. On the raw topics its elements are Twilio's "
        "CloudEvents, byte for byte as received; on the others, the items of one flush. All "
        "elements of a record belong to the record's partition: `crc32(key) mod partitions`, "
        "where the key of a raw event is its message, verification or call SID."
    )
    headers = (
        "Raw records carry the headers `content-type`, `received-at` (epoch milliseconds), "
        "`ingress-id` and `events` (how many the value holds)."
    )
    rows = [_row(topic) for topic in declared(_KAFKA, _KEPT)]
    header = ("topic", "holds", "cleanup", "kept", "item schema")
    return document("Topics", intro, headers, table(header, rows))


def _row(topic: Topic) -> tuple[str, ...]:
    schema = SCHEMA_OF_TOPIC.get(topic.name)
    link = f"[{schema}](schemas/{schema}.json)" if schema else ""
    return f"`{topic.name}`", topic.holds, topic.cleanup, f"{topic.retention_hours // 24} d", link
