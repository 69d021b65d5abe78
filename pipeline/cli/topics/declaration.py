"""The declaration of the topics as YAML, for whoever makes them by other means."""

import json
from collections.abc import Iterable, Iterator

from pipeline.topics import Topic

_HEAD = """\
# Kafka's topics. Written by `make docs` from the code (pipeline/topics.py): change it there.
# `partitions: null` stands for the installation's number, TWILIO_PIPELINE_KAFKA_PARTITIONS;
# replication factor and min.insync.replicas are the installation's, too.
topics:
"""


def declaration(topics: Iterable[Topic]) -> str:
    """Write the topics; every text is quoted as in JSON, which YAML reads alike."""
    return _HEAD + "".join(line + "\n" for topic in topics for line in _lines(topic))


def _lines(topic: Topic) -> Iterator[str]:
    yield f"  - name: {topic.name}"
    yield f"    holds: {json.dumps(topic.holds)}"
    yield f"    partitions: {json.dumps(topic.partitions)}"
    yield "    config:"
    for name, value in topic.config().items():
        yield f"      {name}: {json.dumps(value)}"
